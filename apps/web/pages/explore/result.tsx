import { Alert, Box, Code, Group, Progress, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import type { QueryAnswer } from './data.ts';
import { toGraphData } from './data.ts';
import { Graph } from './graph.tsx';
import { ResultTable } from './table.tsx';

export interface ResultProps {
  readonly tab: 'graph' | 'table';
  readonly range: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };
  readonly answer: QueryAnswer;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

export function Result({ tab, range, answer, onZoom }: ResultProps): ReactNode {
  const { t } = useI18n();
  const { data } = answer;
  const graph = useMemo(
    () => (tab === 'graph' && data.resultType === 'matrix' ? toGraphData(data.result, range) : undefined),
    [tab, data, range],
  );
  const series = data.resultType === 'matrix' || data.resultType === 'vector' ? data.result.length : 1;
  const ms = Math.round(answer.elapsedMs);
  const summary =
    graph === undefined
      ? t('explore.summary.table', { series, ms })
      : t('explore.summary', { series, points: graph.points.toLocaleString(), ms });
  return (
    <Stack gap="xs">
      <Notices messages={answer.warnings} kind="warning" />
      <Notices messages={answer.infos} kind="info" />
      <Text size="xs" c="dimmed" data-testid="summary">
        {summary}
      </Text>
      {graph !== undefined && graph.totalSeries > graph.series.length && (
        <Text size="sm" c="orange">
          {t('explore.truncated', { shown: graph.series.length, total: graph.totalSeries })}
        </Text>
      )}
      {series === 0 ? (
        <Text py="xl" ta="center" c="dimmed">
          {t('explore.empty')}
        </Text>
      ) : graph === undefined ? (
        <ResultTable data={data} />
      ) : (
        <Graph data={graph} onZoom={onZoom} />
      )}
    </Stack>
  );
}

function Notices({
  messages,
  kind,
}: {
  readonly messages: readonly string[];
  readonly kind: 'warning' | 'info';
}): ReactNode {
  const { t } = useI18n();
  if (messages.length === 0) return null;
  const Icon = kind === 'warning' ? IconAlertTriangle : IconInfoCircle;
  return (
    <Alert color={kind === 'warning' ? 'yellow' : 'blue'} icon={<Icon size={18} />} title={t(`notice.${kind}`)} py={6}>
      {messages.map((message) => (
        <Text key={message} size="sm">
          {message}
        </Text>
      ))}
    </Alert>
  );
}

/** Keeps its height, so that nothing jumps; says how long a query has been running once that is worth saying. */
export function Running({ active }: { readonly active: boolean }): ReactNode {
  const { t } = useI18n();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!active) return undefined;
    const timer = setInterval(() => setSeconds((last) => last + 1), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return (
    <Box h={4} mb={4} style={{ position: 'relative' }}>
      {active && <Progress value={100} animated size={3} aria-label={t('loading')} />}
      {active && seconds >= 2 && (
        <Text size="xs" c="dimmed" style={{ position: 'absolute', right: 0, top: 5 }}>
          {t('explore.running', { seconds })}
        </Text>
      )}
    </Box>
  );
}

const EXAMPLES = [
  'up',
  'rate(petrel_http_requests_total[5m])',
  'histogram_quantile(0.99, sum by (le) (rate(petrel_http_request_duration_seconds_bucket[5m])))',
  'topk(10, count by (__name__) ({__name__!=""}))',
];

export function Suggestions({ onChoose }: { readonly onChoose: (expr: string) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Stack gap="xs" py="lg" align="center">
      <Text c="dimmed">{t('explore.start')}</Text>
      {EXAMPLES.map((expr) => (
        <Group key={expr}>
          <UnstyledButton onClick={() => onChoose(expr)}>
            <Code fz="sm" px="sm" py={4}>
              {expr}
            </Code>
          </UnstyledButton>
        </Group>
      ))}
    </Stack>
  );
}
