import { Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { LogFieldView } from '@petrel/api/contract/logs.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCallback, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import { Busy } from '../alerts/notice/busy.tsx';
import { ContextDialog } from './context/context-dialog.tsx';
import type { AskedRange, LogQuery } from './data.ts';
import { askHistogram, askPatterns } from './data.ts';
import { Histogram } from './histogram/histogram.tsx';
import { needlesOf } from './lines/highlight-words.ts';
import type { LineActions } from './lines/line-actions.ts';
import { LineActionsContext } from './lines/line-actions.ts';
import { lineName } from './lines/line-key.ts';
import type { LineLook } from './lines/line-row.tsx';
import { msOf, spansDays } from './lines/line-time.ts';
import { LinesView } from './lines-view.tsx';
import type { ResultProps } from './metric-result.tsx';
import classes from './page.module.css';
import { PatternList } from './patterns/pattern-list.tsx';
import { useProblem } from './problem.ts';
import type { FieldFilter, FieldOrigin } from './query-edit/field-filter.ts';
import { addFilter, addPattern } from './query-edit/field-filter.ts';
import { TailView } from './tail/tail-view.tsx';
import { LookControls, ViewTabs } from './toolbar.tsx';
import type { LogsState, LogsView } from './url-state.ts';
import { logsLink } from './url-state.ts';
import { Waiting } from './waiting.tsx';

const VIEWS: readonly LogsView[] = ['lines', 'patterns', 'live'];
const BUCKETS = { wide: 90, narrow: 36 } as const;

/** The lines that a query finds: how many over time, and the lines themselves, their patterns, or what comes in. */
export function LogResult({ state, range, changes, onProblem }: ResultProps): ReactNode {
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) === true;
  const view = state.view === 'patterns' || state.view === 'live' ? state.view : 'lines';
  const { query, language } = state;
  const logQuery = useMemo<LogQuery>(() => ({ query, language }), [query, language]);
  const { actions, context, closeContext } = useLineActionsOf(state, range, changes.ask, changes.show);
  const look = useLook(state, range);
  const histogram = useHistogram(logQuery, range, { wide, enabled: view !== 'live' });
  useProblem(query, histogram.error, onProblem);
  const fieldsOpen = state.fieldsOpen ?? wide;
  const removeColumn = useCallback(
    (name: string) => changes.show({ columns: look.columns.filter((one) => one !== name) }),
    [changes, look],
  );
  return (
    <LineActionsContext value={actions}>
      <Stack gap="xs">
        {view !== 'live' && <HistogramView query={logQuery} answer={histogram} changes={changes} />}
        <div className={classes.bar}>
          <ViewTabs views={VIEWS} current={view} onChange={(next) => changes.show({ view: next })} />
          {view !== 'patterns' && histogram.error === null && (
            <LookControls
              state={state}
              fieldsOpen={fieldsOpen}
              live={view === 'live'}
              onLook={changes.show}
              onDirection={(direction) => changes.ask({ direction })}
            />
          )}
        </div>
        {view === 'lines' && (
          <LinesView
            query={logQuery}
            state={state}
            range={range}
            look={look}
            fieldsOpen={fieldsOpen}
            failed={histogram.error !== null}
            changes={changes}
            onRemoveColumn={removeColumn}
            onField={(field, value, negate) => actions.filter(filterOf(field, value, negate))}
          />
        )}
        {view === 'patterns' && histogram.error === null && (
          <PatternsView query={logQuery} range={range} changes={changes} />
        )}
        {view === 'live' && (
          <TailView
            query={logQuery}
            look={look}
            onStop={() => changes.ask({ view: 'lines' })}
            onRemoveColumn={removeColumn}
          />
        )}
      </Stack>
      <ContextDialog view={context} onClose={closeContext} />
    </LineActionsContext>
  );
}

/** A field of the statistics; those of the line itself are taken to be of JSON, unless lines that were seen say otherwise. */
function filterOf(
  field: LogFieldView & { readonly origin?: FieldOrigin },
  value: string,
  negate: boolean,
): FieldFilter {
  const from = field.origin ?? (field.from === 'line' ? 'json' : field.from);
  return { name: field.name, value, from, negate };
}

function useLook(state: LogsState, range: AskedRange): LineLook {
  const { shape, wrap, columns, language, query } = state;
  const names = JSON.stringify(columns);
  const withDay = spansDays(range.fromMs, range.toMs);
  return useMemo(
    () => ({
      shape,
      wrap,
      columns: JSON.parse(names) as readonly string[],
      needles: needlesOf(language, query),
      withDay,
    }),
    [shape, wrap, names, language, query, withDay],
  );
}

function useLineActionsOf(
  state: LogsState,
  range: AskedRange,
  ask: ResultProps['changes']['ask'],
  show: ResultProps['changes']['show'],
) {
  const [context, setContext] = useState<Parameters<LineActions['showContext']>[0] | undefined>(undefined);
  const { fromMs } = range;
  const actions = useMemo<LineActions>(
    () => ({
      filter: (filter) => ask({ query: addFilter(state.language, state.query, filter) }),
      onlyColumn: (name) => show({ columns: state.columns.length === 1 && state.columns[0] === name ? [] : [name] }),
      showContext: setContext,
      // Up to the line, newest first: so it is on the first page, however many lines the range has.
      linkTo: (view) => {
        const toMs = msOf(view.tsNs) + 1;
        const from = Math.min(fromMs, toMs - 60_000);
        return logsLink({
          ...state,
          view: 'lines',
          direction: 'backward',
          range: { kind: 'absolute', fromMs: from, toMs },
          line: lineName(view),
        });
      },
    }),
    [state, fromMs, ask, show],
  );
  return { actions, context, closeContext: () => setContext(undefined) };
}

function useHistogram(
  query: LogQuery,
  range: AskedRange,
  { wide, enabled }: { readonly wide: boolean; readonly enabled: boolean },
) {
  const buckets = wide ? BUCKETS.wide : BUCKETS.narrow;
  return useQuery({
    queryKey: ['logs', 'histogram', query, range, buckets],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => askHistogram(query, range, { buckets, signal }),
  });
}

interface HistogramViewProps {
  readonly query: LogQuery;
  readonly answer: ReturnType<typeof useHistogram>;
  readonly changes: ResultProps['changes'];
}

function HistogramView({ query, answer, changes }: HistogramViewProps): ReactNode {
  const { t } = useI18n();
  if (answer.error !== null) return <Failure error={answer.error} retry={() => changes.ask({})} />;
  if (answer.data === undefined) return answer.isFetching ? <Busy>{t('logs.histogram.loading')}</Busy> : null;
  if (answer.data.total === 0) return null;
  return (
    <Histogram
      answer={answer.data}
      onZoom={(fromMs, toMs) => changes.ask({ range: { kind: 'absolute', fromMs, toMs } })}
      onLevel={(level) => changes.ask({ query: addFilter(query.language, query.query, levelFilter(level)) })}
    />
  );
}

/** The level that Petrel recognised is metadata of every line that has one. */
function levelFilter(level: string): FieldFilter {
  return { name: 'detected_level', value: level === 'unknown' ? '' : level, from: 'metadata', negate: false };
}

function PatternsView({
  query,
  range,
  changes,
}: {
  readonly query: LogQuery;
  readonly range: AskedRange;
  readonly changes: ResultProps['changes'];
}): ReactNode {
  const { t } = useI18n();
  const answer = useQuery({
    queryKey: ['logs', 'patterns', query, range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => askPatterns(query, range, { buckets: 30, signal }),
  });
  if (answer.error !== null) return <Failure error={answer.error} retry={() => changes.ask({})} />;
  if (answer.data === undefined) return <Waiting fetching={answer.isFetching}>{t('logs.patterns.loading')}</Waiting>;
  return (
    <PatternList
      answer={answer.data}
      onFilter={(pattern, negate) =>
        changes.ask({ query: addPattern(query.language, query.query, pattern, negate), view: 'lines' })
      }
    />
  );
}
