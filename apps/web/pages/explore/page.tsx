import { Button, Group, Paper, Stack, Tabs } from '@mantine/core';
import { IconChartLine, IconPlayerPlay, IconTable, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import { navigate, useLocation } from '../../shell/location.ts';
import { Controls } from './controls.tsx';
import { askInstant, askRange } from './data.ts';
import { automaticStepMs } from './duration.ts';
import { Editor } from './editor.tsx';
import { FormatButton } from './format-button.tsx';
import { Result, Running, Suggestions } from './result.tsx';
import type { ExploreState } from './url-state.ts';
import { readState, resolveRange, writeState } from './url-state.ts';

/** One expression, its graph or its table. The address bar holds the whole state, so a link shows what its sender saw. */
export function ExplorePage(): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const state = readState(search);
  const [draft, setDraft] = useState(state.expr);
  const [run, setRun] = useState({ count: 0, atMs: Date.now() });
  useEffect(() => setDraft(state.expr), [state.expr]);

  const change = (part: Partial<ExploreState>): void => {
    const url = writeState({ ...state, ...part });
    // The same query again is no step to go back from.
    navigate(url, { replace: url === writeState(state) });
    setRun((last) => ({ count: last.count + 1, atMs: Date.now() }));
  };
  const submit = (): void => change({ expr: draft.trim() });

  useEffect(() => {
    if (state.refreshMs === 0) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setRun((last) => ({ count: last.count + 1, atMs: Date.now() }));
    }, state.refreshMs);
    return () => clearInterval(timer);
  }, [state.refreshMs]);

  const { fromMs, toMs } = resolveRange(state.range, run.atMs);
  const range = { fromMs, toMs, stepMs: state.stepMs ?? automaticStepMs(toMs - fromMs) };
  const key = ['explore', state.expr, state.tab, writeState(state), run.count] as const;
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: key,
    enabled: state.expr !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const answer =
        state.tab === 'graph' ? await askRange(state.expr, range, signal) : await askInstant(state.expr, toMs, signal);
      return { tab: state.tab, range, answer };
    },
  });

  return (
    <Stack gap="sm">
      <Group align="start" gap="xs" wrap="nowrap">
        <Editor
          value={draft}
          label={t('explore.expression')}
          placeholder={t('explore.placeholder')}
          onChange={setDraft}
          onRun={submit}
        />
        <FormatButton expr={draft} onFormatted={setDraft} />
        {query.isFetching ? (
          <Button
            color="gray"
            leftSection={<IconX size={16} />}
            onClick={() => void queries.cancelQueries({ queryKey: key })}
          >
            {t('explore.cancel')}
          </Button>
        ) : (
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={submit} data-testid="run">
            {t('explore.run')}
          </Button>
        )}
      </Group>
      <Paper withBorder p="sm">
        <Group justify="space-between" align="end" mb="sm">
          <Tabs
            value={state.tab}
            variant="pills"
            onChange={(tab) => change({ tab: tab === 'table' ? 'table' : 'graph' })}
          >
            <Tabs.List>
              <Tabs.Tab value="graph" leftSection={<IconChartLine size={15} />}>
                {t('explore.graph')}
              </Tabs.Tab>
              <Tabs.Tab value="table" leftSection={<IconTable size={15} />}>
                {t('explore.table')}
              </Tabs.Tab>
            </Tabs.List>
          </Tabs>
          <Controls state={state} onChange={change} />
        </Group>
        <Running active={query.isFetching} />
        {state.expr === '' && <Suggestions onChoose={(expr) => change({ expr })} />}
        {query.error !== null && <Failure error={query.error} retry={submit} />}
        {query.error === null && query.data !== undefined && state.expr !== '' && (
          <Result
            {...query.data}
            onZoom={(from, to) => change({ range: { kind: 'absolute', fromMs: from, toMs: to }, stepMs: undefined })}
          />
        )}
      </Paper>
    </Stack>
  );
}
