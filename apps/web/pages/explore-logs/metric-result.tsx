import { Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import { automaticStepMs } from '../explore/duration.ts';
import { Result } from '../explore/result.tsx';
import type { AskedRange } from './data.ts';
import { askMetricInstant, askMetricRange } from './data.ts';
import classes from './page.module.css';
import type { StateChanges } from './page.tsx';
import type { QueryProblem } from './problem.ts';
import { useProblem } from './problem.ts';
import { ViewTabs } from './toolbar.tsx';
import type { LogsState, LogsView } from './url-state.ts';
import { Waiting } from './waiting.tsx';

export interface ResultProps {
  readonly state: LogsState;
  readonly range: AskedRange;
  readonly changes: StateChanges;
  readonly onProblem: (problem: QueryProblem | undefined) => void;
}

const VIEWS: readonly LogsView[] = ['graph', 'table'];

/** The graph or the table of a LogQL query that gives numbers. */
export function MetricResult({ state, range, changes, onProblem }: ResultProps): ReactNode {
  const { t } = useI18n();
  const view = state.view === 'table' ? 'table' : 'graph';
  const query = useQuery({
    queryKey: ['logs', 'metric', state.query, range, view],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const grid = { ...range, stepMs: automaticStepMs(range.toMs - range.fromMs) };
      const answer =
        view === 'graph'
          ? await askMetricRange(state.query, grid, signal)
          : await askMetricInstant(state.query, range.toMs, signal);
      return { tab: view, range: grid, answer } as const;
    },
  });
  useProblem(state.query, query.error, onProblem);
  return (
    <Stack gap="xs">
      <div className={classes.bar}>
        <ViewTabs views={VIEWS} current={view} onChange={(next) => changes.show({ view: next })} />
      </div>
      {query.error !== null && <Failure error={query.error} retry={() => changes.ask({})} />}
      {query.error === null && query.data === undefined && (
        <Waiting fetching={query.isFetching}>{t('logs.metric.loading')}</Waiting>
      )}
      {query.error === null && query.data !== undefined && (
        <Result {...query.data} onZoom={(fromMs, toMs) => changes.ask({ range: { kind: 'absolute', fromMs, toMs } })} />
      )}
    </Stack>
  );
}
