import { Badge, Text } from '@mantine/core';
import type { RehearsalData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { clockText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import classes from './rehearse.module.css';

const MAX_SHOWN = 300;

/** Alerts that would have fired without anybody being told, and why. */
export function Suppressed({ result }: { readonly result: RehearsalData }): ReactNode {
  const { t } = useI18n();
  const { suppressed } = result.proposed;
  const nowMs = Date.parse(result.to);
  if (suppressed.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rehearse.suppressed.none')}
      </Text>
    );
  return (
    <div data-testid="suppressed">
      {suppressed.slice(0, MAX_SHOWN).map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same alert can be held back again and again
        <div key={index} className={classes.notification}>
          <span className={classes.stamp}>{clockText(Date.parse(one.time), nowMs)}</span>
          <Badge size="sm" radius="sm" variant="default" tt="none" fw={500}>
            {one.reason}
          </Badge>
          <LabelList labels={one.labels} />
        </div>
      ))}
      {suppressed.length > MAX_SHOWN && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('rules.history.more', { shown: MAX_SHOWN, total: suppressed.length })}
        </Text>
      )}
    </div>
  );
}
