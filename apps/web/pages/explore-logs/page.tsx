import { Button, Paper, SegmentedControl, Stack } from '@mantine/core';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { navigate, useLocation } from '../../shell/location.ts';
import { RangeControl } from '../explore/controls.tsx';
import { Running } from '../explore/result.tsx';
import { resolveRange } from '../explore/url-state.ts';
import type { AskedRange } from './data.ts';
import { LogEditor } from './language/log-editor.tsx';
import { LogResult } from './log-result.tsx';
import { MetricResult } from './metric-result.tsx';
import classes from './page.module.css';
import type { QueryProblem } from './problem.ts';
import { isMetricQuery } from './query-edit/logql-scan.ts';
import { StartPage } from './start/start-page.tsx';
import type { LogsState } from './url-state.ts';
import { LANGUAGES, readLogsState, writeLogsState } from './url-state.ts';

const LANGUAGE_NAMES: Readonly<Record<LogLanguage, string>> = { logql: 'LogQL', kql: 'KQL', lucene: 'Lucene' };

/** Changes of a state that ask the server again, and of how its answer is shown. */
export interface StateChanges {
  readonly ask: (part: Partial<LogsState>) => void;
  readonly show: (part: Partial<LogsState>) => void;
}

/** Explore for logs. The address bar holds the whole state, so a link shows what its sender saw. */
export function ExploreLogsPage(): ReactNode {
  const { search } = useLocation();
  const text = search.toString();
  const state = useMemo(() => readLogsState(new URLSearchParams(text)), [text]);
  const [atMs, setAtMs] = useState(() => Date.now());
  const [problem, setProblem] = useState<QueryProblem | undefined>(undefined);
  const changes = useStateChanges(setAtMs);
  const range = useMemo<AskedRange>(
    () => ({ ...resolveRange(state.range, atMs), askedAtMs: atMs }),
    [state.range, atMs],
  );
  const metric = state.language === 'logql' && isMetricQuery(state.query);
  const draft = useDraft(state, changes);
  return (
    <Stack gap="sm">
      <QueryBar state={state} draft={draft} problem={problem} changes={changes} />
      <Paper withBorder p="sm">
        <Running active={useIsFetching({ queryKey: ['logs'] }) > 0} />
        {state.query === '' ? (
          <StartPage
            language={draft.language}
            range={range}
            onChoose={(query) => changes.ask({ query, language: draft.language })}
          />
        ) : metric ? (
          <MetricResult state={state} range={range} changes={changes} onProblem={setProblem} />
        ) : (
          <LogResult state={state} range={range} changes={changes} onProblem={setProblem} />
        )}
      </Paper>
    </Stack>
  );
}

function useStateChanges(setAtMs: (ms: number) => void): StateChanges {
  // Both read the address when they are called, so they stay the same for those who keep them.
  const ask = useCallback(
    (part: Partial<LogsState>) => {
      const current = readLogsState(new URLSearchParams(location.search));
      // What was opened belongs to the lines that were found.
      const url = writeLogsState({ ...current, line: '', ...part });
      // The same query again is no step to go back from.
      navigate(url, { replace: url === writeLogsState({ ...current, line: '' }) });
      setAtMs(Date.now());
    },
    [setAtMs],
  );
  const show = useCallback((part: Partial<LogsState>) => {
    const current = readLogsState(new URLSearchParams(location.search));
    const step = part.view !== undefined && part.view !== current.view;
    navigate(writeLogsState({ ...current, ...part }), { replace: !step });
  }, []);
  return useMemo(() => ({ ask, show }), [ask, show]);
}

interface Draft {
  readonly language: LogLanguage;
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly setLanguage: (language: LogLanguage) => void;
}

/** What is being written, beside what was asked last. Each language keeps its text; KQL and Lucene share theirs. */
function useDraft(state: LogsState, changes: StateChanges): Draft {
  const [draft, setDraft] = useState({ query: state.query, language: state.language });
  const asked = `${state.language} ${state.query}`;
  const [seen, setSeen] = useState(asked);
  const kept = useRef<Partial<Record<'logql' | 'search', string>>>({});
  if (seen !== asked) {
    setSeen(asked);
    setDraft({ query: state.query, language: state.language });
  }
  return {
    ...draft,
    setQuery: (query) => setDraft((last) => ({ ...last, query })),
    setLanguage: (language) => {
      const from = family(draft.language);
      const to = family(language);
      kept.current[from] = draft.query;
      setDraft({ language, query: from === to ? draft.query : (kept.current[to] ?? '') });
      // On the page without a query there is nothing to run, so that the address can say the language at once.
      if (state.query === '') changes.show({ language });
    },
  };
}

function family(language: LogLanguage): 'logql' | 'search' {
  return language === 'logql' ? 'logql' : 'search';
}

interface QueryBarProps {
  readonly state: LogsState;
  readonly draft: Draft;
  readonly problem: QueryProblem | undefined;
  readonly changes: StateChanges;
}

function QueryBar({ state, draft, problem, changes }: QueryBarProps): ReactNode {
  const { t } = useI18n();
  const queries = useQueryClient();
  const fetching = useIsFetching({ queryKey: ['logs'] }) > 0;
  const { language, query } = draft;
  const submit = (): void => changes.ask({ query: query.trim(), language });
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('logs.language')}
          value={language}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(value) => draft.setLanguage(value as LogLanguage)}
          data-testid="language"
        />
        <RangeControl titled={false} range={state.range} onChange={(range) => changes.ask({ range })} />
      </div>
      <div className={classes.query}>
        <LogEditor
          language={language}
          value={query}
          range={state.range}
          problem={problem}
          onChange={draft.setQuery}
          onRun={submit}
        />
        {fetching ? (
          <Button
            color="gray"
            leftSection={<IconX size={16} />}
            data-testid="cancel"
            onClick={() => void queries.cancelQueries({ queryKey: ['logs'] })}
          >
            {t('explore.cancel')}
          </Button>
        ) : (
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={submit} data-testid="run">
            {t('explore.run')}
          </Button>
        )}
      </div>
    </>
  );
}
