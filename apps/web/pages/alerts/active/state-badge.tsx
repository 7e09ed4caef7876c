import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import type { Severity } from '../severity/severity.ts';
import { SEVERITY_COLORS } from '../severity/severity.ts';
import classes from './active.module.css';
import type { ActiveState } from './data.ts';

/** Firing alerts carry their severity's colour; whatever is held back or waits stays grey. Plain markup: a list holds many of them. */
export function StateBadge({
  state,
  severity,
}: {
  readonly state: ActiveState;
  readonly severity: Severity;
}): ReactNode {
  const { t } = useI18n();
  const color = SEVERITY_COLORS[severity];
  const style =
    state === 'firing'
      ? {
          background: `var(--mantine-color-${color}-light)`,
          color: `var(--mantine-color-${color}-light-color)`,
          borderColor: 'transparent',
        }
      : {};
  return (
    <span className={classes.badge} style={style}>
      {t(`alerts.state.${state}`)}
    </span>
  );
}
