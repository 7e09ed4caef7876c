import { Group, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { changeSearch } from '../../../shell/location.ts';
import type { RehearsalRange, rangeProblem } from './data.ts';
import { lastRange } from './runs.ts';

export interface RangeChoiceProps {
  readonly range: RehearsalRange;
  readonly problem: ReturnType<typeof rangeProblem>;
}

const PRESETS = ['-1d', '-7d', '-30d'];

/** The last day, week or month, or from when to when. The address keeps it. */
export function RangeChoice({ range, problem }: RangeChoiceProps): ReactNode {
  const { t } = useI18n();
  const preset = range.to === '' && PRESETS.includes(range.from) ? range.from : 'custom';
  const [custom, setCustom] = useState(preset === 'custom');
  const write = (next: RehearsalRange): void => {
    lastRange.set(next);
    changeSearch({ from: next.from, to: next.to }, { replace: true });
  };
  return (
    <Group gap="xs" align="end">
      <SegmentedControl
        size="xs"
        aria-label={t('rehearse.range')}
        data-testid="range"
        value={custom ? 'custom' : preset}
        data={[
          ...PRESETS.map((value) => ({ value, label: t('explore.range.last', { duration: value.slice(1) }) })),
          { value: 'custom', label: t('explore.range.custom') },
        ]}
        onChange={(value) => {
          setCustom(value === 'custom');
          if (value !== 'custom') write({ from: value, to: '' });
        }}
      />
      {custom && (
        <>
          <TextInput
            size="xs"
            w={170}
            label={t('explore.range.from')}
            placeholder="-3d"
            value={range.from}
            error={problem === 'from' || problem === 'order' ? t(`rehearse.range.${problem}`) : undefined}
            onChange={(event) => write({ ...range, from: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            w={170}
            label={t('explore.range.to')}
            placeholder={t('rehearse.now')}
            value={range.to}
            error={problem === 'to' ? t('rehearse.range.to') : undefined}
            onChange={(event) => write({ ...range, to: event.currentTarget.value })}
          />
        </>
      )}
    </Group>
  );
}
