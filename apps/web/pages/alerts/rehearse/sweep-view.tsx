import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import type { SweepData } from '@petrel/api/contract/alerting.ts';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { durationText, spanText } from '../clock/ages.ts';
import { Expression } from '../expression/expression.tsx';
import { HeatMap } from '../heat-map/heat-map.tsx';
import { useRuleGroups } from '../rules/data.ts';
import type { RehearsalRange } from './data.ts';
import { useKept } from './kept.ts';
import { RunProgress } from './run-progress.tsx';
import { sweep } from './runs.ts';
import { parseFors, parseThresholds, sweepChoices, toSweepRequest } from './sweep.ts';

/** How the pages of one rule would change with its threshold and its `for`. */
export function SweepView({ range }: { readonly range: RehearsalRange }): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const groups = useRuleGroups();
  const choices = useMemo(() => sweepChoices(groups.data ?? []), [groups.data]);
  const wanted = search.get('sweep') ?? '';
  const choice = choices.find(({ value, alert }) => value === wanted || alert === wanted);
  const [thresholds, setThresholds] = useState('');
  const [fors, setFors] = useState('');
  const numbers = parseThresholds(thresholds);
  const forsMs = parseFors(fors);
  const state = useKept(sweep.state);
  const run = (): void => {
    if (choice === undefined || numbers === undefined || forsMs === undefined) return;
    void sweep.start(toSweepRequest({ choice, thresholds: numbers, forsMs, range }, Date.now()), Date.now());
  };
  return (
    <Stack gap="sm" data-testid="sweep">
      <Group gap="xs" align="end">
        <Select
          size="xs"
          searchable
          style={{ flex: '2 1 240px' }}
          label={t('rehearse.rule')}
          placeholder={t('rehearse.sweep.choose')}
          data-testid="sweep-rule"
          value={choice?.value ?? null}
          data={choices.map(({ value, label }) => ({ value, label }))}
          onChange={(value) => changeSearch({ sweep: value ?? undefined }, { replace: true })}
        />
        <TextInput
          size="xs"
          style={{ flex: '1 1 160px' }}
          label={t('rehearse.sweep.thresholds')}
          placeholder={t('rehearse.sweep.auto')}
          value={thresholds}
          error={numbers === undefined}
          onChange={(event) => setThresholds(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          style={{ flex: '1 1 160px' }}
          label={t('rehearse.sweep.fors')}
          placeholder={t('rehearse.sweep.auto')}
          value={fors}
          error={forsMs === undefined}
          onChange={(event) => setFors(event.currentTarget.value)}
        />
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={15} />}
          disabled={choice === undefined || numbers === undefined || forsMs === undefined || state.kind === 'running'}
          data-testid="sweep-run"
          onClick={run}
        >
          {t('rehearse.sweep.run')}
        </Button>
      </Group>
      {groups.error !== null && <Failure error={groups.error} retry={() => void groups.refetch()} />}
      {state.kind === 'running' && <RunProgress state={state} onCancel={() => sweep.cancel()} />}
      {state.kind === 'failed' && <Failure error={state.error} retry={run} title={t('rehearse.failed')} />}
      {state.kind === 'cancelled' && (
        <Text size="sm" c="dimmed">
          {t('rehearse.cancelled')}
        </Text>
      )}
      {state.kind === 'idle' && (
        <Text size="sm" c="dimmed">
          {t('rehearse.sweep.hint')}
        </Text>
      )}
      {state.kind === 'done' && <SweepMap data={state.result} />}
    </Stack>
  );
}

function SweepMap({ data }: { readonly data: SweepData }): ReactNode {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<readonly [number, number] | undefined>(undefined);
  const max = Math.max(0, ...data.cells.flat().map(({ notifications }) => notifications));
  const isCurrent = (i: number, j: number): boolean =>
    data.thresholds[i] === data.threshold && data.forsMs[j] === data.forMs;
  const cell = chosen === undefined ? undefined : data.cells[chosen[0]]?.[chosen[1]];
  return (
    <Stack gap="xs" data-testid="sweep-map">
      <Expression expr={data.expr} />
      <Text size="xs" c="dimmed">
        {t('rehearse.sweep.axes')}
      </Text>
      <HeatMap
        label={t('rehearse.view.sweep')}
        rows={data.thresholds.map((value) => (value === data.threshold ? `● ${value}` : String(value)))}
        columns={data.forsMs.map((ms) => (ms === data.forMs ? `● ${durationText(ms)}` : durationText(ms)))}
        max={max}
        cellHeight={26}
        showValues
        chosen={chosen}
        onChoose={(i, j) => setChosen([i, j])}
        cells={data.cells.map((row, i) =>
          row.map(({ notifications, fired, firingMs }, j) => ({
            value: notifications,
            title: `${isCurrent(i, j) ? `${t('rehearse.sweep.inForce')} · ` : ''}${t('rehearse.sweep.cell', { notifications, fired, firing: spanText(firingMs) })}`,
          })),
        )}
      />
      <Text size="sm" mih={22}>
        {cell !== undefined && chosen !== undefined
          ? `> ${data.thresholds[chosen[0]]}, for ${durationText(data.forsMs[chosen[1]] ?? 0)}: ${t(
              'rehearse.sweep.cell',
              {
                notifications: cell.notifications,
                fired: cell.fired,
                firing: spanText(cell.firingMs),
              },
            )}`
          : t('rehearse.sweep.inForceMark')}
      </Text>
    </Stack>
  );
}
