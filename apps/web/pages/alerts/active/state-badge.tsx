import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import type { Severity } from '../severity/severity.ts';
import { SEVERITY_COLORS } from '../severity/severity.ts';
import type { ActiveState } from './data.ts';

/** Firing alerts carry their severity's colour; whatever is held back or waits stays grey. */
export function StateBadge({
  state,
  severity,
}: {
  readonly state: ActiveState;
  readonly severity: Severity;
}): ReactNode {
  const { t } = useI18n();
  return (
    <Badge
      size="sm"
      radius="sm"
      tt="none"
      fw={500}
      variant={state === 'firing' ? 'light' : 'default'}
      color={state === 'firing' ? SEVERITY_COLORS[severity] : 'gray'}
      style={{ justifySelf: 'start' }}
    >
      {t(`alerts.state.${state}`)}
    </Badge>
  );
}
