import { Labels, type Matcher, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { parseExpr, parseMetricSelector } from '@petrel/query/promql/parse/index.ts';
import type { MetricSource } from '@petrel/query/promql/port.ts';
import type { PromqlEngine, QueryOptions, QueryResult, QueryValue } from '@petrel/query/promql/result.ts';
import { fakePort } from '../alertmanager/fake-port.ts';
import { createApi } from '../app.ts';
import type { LogsApiPorts } from '../loki/port.ts';
import type { NativeAlertingPorts } from '../native/port.ts';
import type { ReceiveDoor } from '../receive/port.ts';
import type { PrometheusApiPorts } from './port.ts';

/** For tests: the request that the engine was asked last, and what it answers. */
export interface FakeEngine extends PromqlEngine {
  readonly asked: (QueryOptions & {
    query: string;
    timeMs?: number;
    startMs?: number;
    endMs?: number;
    stepMs?: number;
  })[];
  answer: (query: string, signal: AbortSignal | undefined) => Promise<QueryResult>;
}

export const NOW_MS = 1_700_000_000_123;

export function resultOf(value: QueryValue, notes: Partial<Pick<QueryResult, 'warnings' | 'infos'>> = {}): QueryResult {
  return {
    value,
    warnings: notes.warnings ?? [],
    infos: notes.infos ?? [],
    stats: { samplesLoaded: 42, peakSamples: 7, timingsMs: { parse: 1, plan: 1, fetch: 2, eval: 4 } },
  };
}

function fakeEngine(): FakeEngine {
  const asked: FakeEngine['asked'] = [];
  const engine: FakeEngine = {
    asked,
    answer: async () => resultOf({ type: 'vector', tMs: NOW_MS, samples: [] }),
    instant: async (request) => {
      parseExpr(request.query);
      asked.push(request);
      return engine.answer(request.query, request.signal);
    },
    range: async (request) => {
      parseExpr(request.query);
      asked.push(request);
      return engine.answer(request.query, request.signal);
    },
  };
  return engine;
}

export interface FakePorts extends PrometheusApiPorts {
  readonly engine: FakeEngine;
  readonly source: MetricSource & {
    readonly asked: { selectors: readonly (readonly Matcher[])[]; startMs: number; endMs: number; limit?: number }[];
  };
  state: { notReady: string; reloads: number; quits: number; badConfig: boolean };
}

/** Ports over a handful of fixed series. */
export function fakePorts({ lifecycle = true } = {}): FakePorts {
  const state = { notReady: '', reloads: 0, quits: 0, badConfig: false };
  const source = fakeSource();
  return {
    state,
    engine: fakeEngine(),
    source,
    syntax: {
      parse: (query) => parseExpr(query),
      parseSelector: parseMetricSelector,
      prettify: (query) => {
        parseExpr(query);
        return `pretty ${query}`;
      },
    },
    targets: {
      active: () => ['a', 'b'].map(activeTarget),
      dropped: () => [{ discoveredLabels: { __address__: 'gone:1' }, scrapePool: 'b' }],
      droppedCounts: () => ({ a: 0, b: 3 }),
      pools: () => ['b', 'a'],
      metadata: () =>
        ['a', 'b'].map((job) => ({
          target: Labels.of({ job, instance: 'h:1' }),
          metric: 'up_total',
          type: 'counter',
          help: `of ${job}`,
          unit: '',
        })),
    },
    rules: { groups: async () => [] },
    alertmanagers: () => ({ active: [], dropped: [] }),
    config: {
      yaml: () => 'global: {}\n',
      flags: () => ({ listen: 'x' }),
      externalLabels: () => Labels.of({ region: 'eu' }),
      lookbackMs: () => 300_000,
    },
    status: {
      buildInfo: () => ({ version: '3.5.0', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }),
      runtimeInfo: () => {
        throw new Error('a bug');
      },
      tsdb: async (limit) => ({
        headStats: { numSeries: limit, numLabelPairs: 0, chunkCount: 0, minTime: 0, maxTime: 0 },
        seriesCountByMetricName: [],
        labelValueCountByLabelName: [],
        memoryInBytesByLabelName: [],
        seriesCountByLabelValuePair: [],
      }),
      petrel: async () => {
        throw new PetrelError('STORE_UNAVAILABLE', 'clickhouse is away', { retryAfterMs: 2500 });
      },
    },
    lifecycle: {
      notReadyReason: () => state.notReady,
      quitEnabled: lifecycle,
      reload: async () => {
        if (state.badConfig) throw new PetrelError('CONFIG_INVALID', 'petrel.yml:3:1: no');
        state.reloads++;
      },
      quit: () => {
        state.quits++;
      },
    },
    ownMetrics: () => 'petrel_build_info 1\n',
    nowMs: () => NOW_MS,
  };
}

/** Nothing is configured, nothing fires. */
function fakeNativePorts(): NativeAlertingPorts {
  const nobody = () => {
    throw new PetrelError('STORE_UNAVAILABLE', 'there is no alerting here');
  };
  const source = fakeSource();
  const settings = { source, engineOver: nobody, evaluationIntervalMs: 60_000 };
  return {
    alerting: {
      alerts: () => [],
      groups: () => [],
      silences: () => [],
      config: () => ({ aggregation: [], language: 'en' }),
      context: nobody,
      routing: () => ({ warnings: [] }),
    },
    rules: { groups: () => [], status: async () => [], settings: () => settings, scrapeIntervalMs: () => undefined },
    ledger: { entries: async () => [] },
    engine: { instant: nobody, range: nobody },
    loaders: { rules: () => [], routing: nobody, matchers: () => [] },
    nowMs: () => NOW_MS,
    language: () => 'en',
    logger: silentLogger,
  };
}

/** An API over the ports, to be asked with `inject`. */
export function fakeApi(
  ports: FakePorts,
  doors: readonly ReceiveDoor[] = [],
  logs?: Pick<LogsApiPorts, 'engine' | 'source'>,
) {
  return createApi({
    ports,
    alertmanager: fakePort(),
    native: fakeNativePorts(),
    ...(logs === undefined ? {} : { logs }),
    doors,
    logger: silentLogger,
    instruments: noInstruments,
  });
}

function activeTarget(scrapePool: string) {
  return {
    discoveredLabels: { __address__: 'h:1', job: scrapePool },
    labels: { instance: 'h:1', job: scrapePool },
    scrapePool,
    scrapeUrl: 'http://h:1/metrics',
    globalUrl: 'http://h:1/metrics',
    lastError: '',
    lastScrape: '2023-11-14T22:13:20.000Z',
    lastScrapeDuration: 0.01,
    health: 'up' as const,
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  };
}

function fakeSource(): FakePorts['source'] {
  const asked: { selectors: readonly (readonly Matcher[])[]; startMs: number; endMs: number; limit?: number }[] = [];
  const names = ['__name__', 'instance', 'job'];
  const note = (
    selectors: readonly (readonly Matcher[])[],
    { startMs, endMs }: { startMs: number; endMs: number },
    limit?: number,
  ): void => {
    asked.push({ selectors, startMs, endMs, ...(limit === undefined ? {} : { limit }) });
  };
  return {
    asked,
    select: async ({ matchers, startMs, endMs }) => {
      note([matchers], { startMs, endMs });
      return ['b', 'a'].map((job) => ({
        labels: Labels.of({ __name__: 'up', job, path: 'C:\\x"\n' }),
        tsMs: Float64Array.of(NOW_MS - 30_000, NOW_MS - 15_000),
        values: Float64Array.of(0, 1e6),
        from: 0,
        to: 2,
      }));
    },
    series: async (selectors, range, limit) => {
      note(selectors, range, limit);
      return ['a', 'b', 'c'].map((job) => Labels.of({ __name__: 'up', job })).slice(0, limit);
    },
    labelNames: async (selectors, range, limit) => {
      note(selectors, range, limit);
      return names.slice(0, limit);
    },
    labelValues: async (name, selectors, range, limit) => {
      note(selectors, range, limit);
      return [`${name}-1`, `${name}-2`].slice(0, limit);
    },
    exemplars: async (selectors, range) => {
      note(selectors, range);
      return [
        {
          labels: Labels.of({ __name__: 'x_bucket', job: 'a' }),
          exemplars: [{ labels: Labels.of({ trace_id: 'abc' }), tMs: NOW_MS, value: 0.25 }],
        },
      ];
    },
    metadata: async ({ metric }) =>
      [
        { metric: 'a_total', type: 'counter' as const, help: 'one', unit: '' },
        { metric: 'a_total', type: 'counter' as const, help: 'two', unit: '' },
        { metric: 'b', type: 'gauge' as const, help: 'b', unit: 'seconds' },
      ].filter((row) => metric === undefined || row.metric === metric),
  };
}
