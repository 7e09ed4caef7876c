import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { useLocation } from '../../../shell/location.ts';
import type { RehearsalRange } from './data.ts';
import { rangeProblem, toRequest } from './data.ts';
import { Files } from './files.tsx';
import { useKept } from './kept.ts';
import { RangeChoice } from './range-choice.tsx';
import { Result } from './result.tsx';
import { RunProgress } from './run-progress.tsx';
import { draft, lastRange, rehearsal } from './runs.ts';
import { SweepView } from './sweep-view.tsx';

/** How many pages would these rules and this routing have caused, for whom, and at what hour? */
export function RehearsePage(): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const kept = useKept(lastRange);
  const from = search.get('from');
  const range: RehearsalRange = from === null ? kept : { from, to: search.get('to') ?? '' };
  const state = useKept(rehearsal.state);
  const problem = rangeProblem(range, Date.now());
  const run = (): void => {
    lastRange.set(range);
    void rehearsal.start(toRequest(draft.get(), range, Date.now()), Date.now());
  };
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm">
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t('rehearse.intro')}
          </Text>
          <Files />
          <Group gap="sm" align="end">
            <RangeChoice range={range} problem={problem} />
            <Button
              size="xs"
              leftSection={<IconPlayerPlay size={15} />}
              disabled={problem !== undefined || state.kind === 'running'}
              data-testid="rehearse-run"
              onClick={run}
            >
              {t('rehearse.run')}
            </Button>
          </Group>
        </Stack>
      </Paper>
      {state.kind === 'running' && <RunProgress state={state} onCancel={() => rehearsal.cancel()} />}
      {state.kind === 'cancelled' && (
        <Text size="sm" c="dimmed" data-testid="rehearse-cancelled">
          {t('rehearse.cancelled')}
        </Text>
      )}
      {state.kind === 'failed' && <Failure error={state.error} retry={run} title={t('rehearse.failed')} />}
      {state.kind !== 'done' && (
        <Paper withBorder p="sm">
          <Text fw={600} size="sm" mb="xs">
            {t('rehearse.sweep.title')}
          </Text>
          <SweepView range={range} />
        </Paper>
      )}
      {state.kind === 'done' && <Result result={state.result} range={range} />}
    </Stack>
  );
}
