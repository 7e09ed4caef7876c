import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FloatHistogram,
  isStaleAt,
  Labels,
  type Matcher,
  noInstruments,
  type SampleBatch,
  type SeriesColumns,
  setStaleAt,
  silentLogger,
  wordsOf,
} from '@petrel/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStores, type Stores } from '../embedded/index.ts';
import type { MetricStore, MetricStoreLimits } from './port.ts';
import { openMetricStore } from './store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const nowMs = Math.floor(Date.now() / 1000) * 1000;
let directory: string;
let stores: Stores;
let databases = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-metrics-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
});

afterAll(async () => {
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

function open(database: string, limits: Partial<MetricStoreLimits> = {}): Promise<MetricStore> {
  return openMetricStore({
    clickhouseUrl: stores.clickhouseUrl,
    database,
    logger: silentLogger,
    instruments: noInstruments,
    clock: { nowMs: () => nowMs },
    limits: { batchMs: 5, ...limits },
  });
}

const fresh = () => `test_${++databases}`;

function register(store: MetricStore, record: Record<string, string>): number {
  const { registry } = store.sink;
  const labels = Labels.of(record);
  let hash = 0;
  for (const c of labels.key) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0;
  return registry.register(7, hash, labels);
}

function rows(list: readonly (readonly [ref: number, tMs: number, value: number])[]): SampleBatch {
  return {
    length: list.length,
    refs: Uint32Array.from(list, ([ref]) => ref),
    timestampsMs: Float64Array.from(list, ([, t]) => t),
    values: Float64Array.from(list, ([, , value]) => value),
  };
}

const named = (name: string): Matcher => ({ type: '=', name: '__name__', value: name });

function ask(store: MetricStore, matchers: readonly Matcher[], startMs = nowMs - HOUR_MS, endMs = nowMs) {
  return store.select({ matchers, startMs, endMs, maxSamples: 1e6 });
}

/** `labels → [[time before now, value]]`. */
function content(series: readonly SeriesColumns[]): Record<string, [number, number][]> {
  return Object.fromEntries(
    series.map(({ labels, tsMs, values, from, to }) => [
      labels.toString(),
      Array.from({ length: to - from }, (_, i) => [nowMs - (tsMs[from + i] ?? 0), values[from + i] ?? 0]),
    ]),
  );
}

describe.each([
  { name: 'without a cache', limits: { cacheBytes: 0 } },
  { name: 'with the cache', limits: {} },
])('samples $name', ({ limits }) => {
  it('come back as they went, in order, staleness markers bit by bit', async () => {
    const store = await open(fresh(), limits);
    const a = register(store, { __name__: 'up', job: 'ä"\\', instance: '1' });
    const b = register(store, { __name__: 'up', job: 'b' });
    const batch = rows([
      [a, nowMs - 3000, 1],
      [b, nowMs - 1000, Number.NEGATIVE_INFINITY],
      [a, nowMs - 1000, 0],
      [a, nowMs - 2000, -0],
    ]);
    setStaleAt(wordsOf(batch.values), 2);
    await store.sink.write(batch);
    const found = await ask(store, [named('up')]);
    expect(found).toHaveLength(2);
    const first = found.find((s) => s.labels.has('instance'));
    expect(first?.labels.toObject()).toEqual({ __name__: 'up', job: 'ä"\\', instance: '1' });
    if (first === undefined) return;
    expect([...first.tsMs.subarray(first.from, first.to)]).toEqual([nowMs - 3000, nowMs - 2000, nowMs - 1000]);
    expect(Object.is(first.values[first.from + 1], -0)).toBe(true);
    expect(isStaleAt(wordsOf(first.values), first.to - 1)).toBe(true);
    expect(isStaleAt(wordsOf(first.values), first.from)).toBe(false);
    expect(content(await ask(store, [named('up'), { type: '!=', name: 'instance', value: '1' }]))).toEqual({
      'up{job="b"}': [[1000, Number.NEGATIVE_INFINITY]],
    });
    await store.stop();
  });

  it('that come late stand in their place, and the last written value of a time wins', async () => {
    const store = await open(fresh(), limits);
    const a = register(store, { __name__: 'x', n: '1' });
    await store.sink.write(
      rows([
        [a, nowMs - 10_000, 1],
        [a, nowMs - 5000, 2],
      ]),
    );
    expect(content(await ask(store, [named('x')]))).toEqual({
      'x{n="1"}': [
        [10_000, 1],
        [5000, 2],
      ],
    });
    await store.sink.write(rows([[a, nowMs - 7000, 1.5]]));
    await store.sink.write(rows([[a, nowMs - 10_000, 7]]));
    await store.sink.write(
      rows([
        [a, nowMs - 1000, 3],
        [a, nowMs - 5000, 8],
        [a, nowMs - 5000, 9],
      ]),
    );
    const expected = {
      'x{n="1"}': [
        [10_000, 7],
        [7000, 1.5],
        [5000, 9],
        [1000, 3],
      ],
    };
    expect(content(await ask(store, [named('x')]))).toEqual(expected);
    expect(content(await ask(store, [named('x')]))).toEqual(expected);
    await store.stop();
  });

  it('agree with a plain list under random writes, restarts included', async () => {
    const database = fresh();
    let store = await open(database, limits);
    const truth = new Map<string, Map<number, number>>();
    let seed = 42;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % n;
    };
    for (let round = 0; round < 24; round++) {
      if (round % 9 === 8) {
        await store.stop();
        store = await open(database, limits);
      }
      const list: [number, number, number][] = [];
      for (let i = 0; i < 60; i++) {
        const n = String(random(7));
        const late = random(20) === 0 ? random(300) : 0;
        const t = nowMs - HOUR_MS + (round * 40 + random(40) - late) * 1000 + 400_000;
        const value = random(1000);
        list.push([register(store, { __name__: 'r', n }), t, value]);
        const key = `r{n="${n}"}`;
        const series = truth.get(key) ?? new Map<number, number>();
        series.set(t, value);
        truth.set(key, series);
      }
      // A load that a write overtakes.
      await Promise.all([store.sink.write(rows(list)), ask(store, [named('r')], nowMs - HOUR_MS + random(1_500_000))]);
      // A range that begins before what is cached, or after.
      const startMs = nowMs - HOUR_MS + random(2) * random(1_500_000);
      const expected = Object.fromEntries(
        [...truth].flatMap(([key, series]) => {
          const inRange = [...series].filter(([t]) => t >= startMs).sort((a, b) => a[0] - b[0]);
          return inRange.length === 0 ? [] : [[key, inRange.map(([t, value]) => [nowMs - t, value])]];
        }),
      );
      expect(content(await ask(store, [named('r')], startMs))).toEqual(expected);
    }
    await store.stop();
  });
});

it('finds series by any matcher, and names, values and series of the range', async () => {
  const store = await open(fresh());
  for (const [metric, job] of [
    ['m1', 'a'],
    ['m2', 'a'],
    ['m2', 'bc'],
  ] as const) {
    await store.sink.write(rows([[register(store, { __name__: metric, job }), nowMs - 1000, 1]]));
  }
  await store.sink.write(rows([[register(store, { __name__: 'old', gone: 'y' }), nowMs - 5 * DAY_MS, 1]]));
  const range = { startMs: nowMs - HOUR_MS, endMs: nowMs };
  const keys = async (...matchers: Matcher[]) => Object.keys(content(await ask(store, matchers))).sort();
  expect(await keys({ type: '=', name: 'job', value: 'a' })).toEqual(['m1{job="a"}', 'm2{job="a"}']);
  expect(await keys({ type: '=~', name: '__name__', value: 'm.' }, { type: '=~', name: 'job', value: 'b?c' })).toEqual([
    'm2{job="bc"}',
  ]);
  expect(await keys(named('m2'), { type: '!~', name: 'job', value: 'b.*' })).toEqual(['m2{job="a"}']);
  expect(await keys(named('m1'), { type: '=', name: 'absent', value: '' })).toEqual(['m1{job="a"}']);
  expect(await store.labelNames([], range)).toEqual(['__name__', 'job']);
  expect(await store.labelValues('__name__', [], range)).toEqual(['m1', 'm2']);
  expect(await store.labelValues('job', [[named('m2')]], range)).toEqual(['a', 'bc']);
  expect(await store.labelValues('job', [], range, 1)).toEqual(['a']);
  expect((await store.series([[named('m1')], [named('m2')]], range)).map(String)).toEqual([
    'm1{job="a"}',
    'm2{job="a"}',
    'm2{job="bc"}',
  ]);
  await expect(store.series([[{ type: '=~', name: 'a', value: '(' }]], range)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  const stats = await store.stats();
  expect(stats).toMatchObject({ headSeries: 4, minTimeMs: nowMs - 5 * DAY_MS, maxTimeMs: nowMs - 1000 });
  expect(stats.seriesCountByMetricName[0]).toEqual({ name: 'm2', value: 2 });
  await store.stop();
});

const histogram: FloatHistogram = {
  counterResetHint: 'gauge',
  schema: -53,
  zeroThreshold: 1e-128,
  zeroCount: 0.5,
  count: 12.25,
  sum: -0,
  positiveSpans: [
    { offset: -7, length: 2 },
    { offset: 3, length: 1 },
  ],
  positiveBuckets: [1, 2.5, 3],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [0.1, 1, 10],
};

it('keeps native histograms, exemplars and metadata across a restart', async () => {
  const database = fresh();
  const writer = await open(database);
  const ref = register(writer, { __name__: 'h', job: 'a' });
  const t = nowMs - 60_000;
  await writer.sink.write({
    ...rows([[ref, t - 1000, 4]]),
    histograms: [
      { ref, tMs: t, histogram, startTMs: t - 5000 },
      { ref, tMs: t + 1000, histogram, stale: true },
    ],
    exemplars: [{ ref, labels: Labels.of({ trace_id: 'abc' }), tMs: t, value: 0.25 }],
    metadata: [
      { metric: 'h', type: 'histogram', help: 'How long', unit: 'seconds' },
      { metric: 'g', type: 'gauge', help: '', unit: '' },
    ],
  });
  await writer.stop();
  const store = await open(database);
  const [series] = await ask(store, [named('h')]);
  expect(content(series === undefined ? [] : [series])).toEqual({ 'h{job="a"}': [[61_000, 4]] });
  expect(series?.histograms?.[0]).toEqual({ tMs: t, histogram, startTMs: t - 5000 });
  expect(Object.is(series?.histograms?.[0]?.histogram.sum, -0)).toBe(true);
  expect(series?.histograms?.[1]).toMatchObject({ tMs: t + 1000, stale: true });
  expect(await store.exemplars([[named('h')]], { startMs: t, endMs: t })).toEqual([
    {
      labels: Labels.of({ __name__: 'h', job: 'a' }),
      exemplars: [{ labels: Labels.of({ trace_id: 'abc' }), tMs: t, value: 0.25 }],
    },
  ]);
  expect(await store.metadata({ metric: 'h' })).toEqual([
    { metric: 'h', type: 'histogram', help: 'How long', unit: 'seconds' },
  ]);
  expect(await store.metadata({ limit: 1 })).toHaveLength(1);
  await store.stop();
});

it('stops at the limit of samples, and when the asker goes away', async () => {
  const store = await open(fresh(), { cacheBytes: 0 });
  const ref = register(store, { __name__: 'many' });
  await store.sink.write(rows(Array.from({ length: 500 }, (_, i) => [ref, nowMs - i * 1000, i] as const)));
  await expect(
    store.select({ matchers: [named('many')], startMs: 0, endMs: nowMs, maxSamples: 499 }),
  ).rejects.toMatchObject({
    code: 'QUERY_LIMIT',
    message: 'query processing would load too many samples into memory in query execution',
  });
  const controller = new AbortController();
  const asked = store.select({
    matchers: [named('many')],
    startMs: 0,
    endMs: nowMs,
    maxSamples: 1e6,
    signal: controller.signal,
  });
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
  await store.stop();
});

it('drops days that are too old, then the oldest that do not fit', async () => {
  const store = await open(fresh());
  const ref = register(store, { __name__: 'aging' });
  await store.sink.write(rows([0, 1, 2, 3, 4, 5].map((day) => [ref, nowMs - day * DAY_MS, day] as const)));
  const left = async () => (content(await ask(store, [named('aging')], 0, nowMs)).aging ?? []).map(([, v]) => v);
  expect(await left()).toEqual([5, 4, 3, 2, 1, 0]);
  store.setRetention({ timeMs: 3 * DAY_MS });
  await store.enforceRetention();
  expect(await left()).toEqual([3, 2, 1, 0]);
  store.setRetention({ sizeBytes: 1 });
  await store.enforceRetention();
  expect(await left()).toEqual([0]);
  await store.stop();
});

it('reads more metrics at once, and longer patterns, than fit into a usual URL', async () => {
  const store = await open(fresh());
  const names = Array.from({ length: 700 }, (_, i) => `wide_metric_with_a_long_name_${i}_it's a \\ "{p0:String}"`);
  const refs = names.map((name) => register(store, { __name__: name }));
  await store.sink.write(rows(refs.map((ref, i) => [ref, nowMs, i] as const)));
  for (const value of ['wide_.+', `wide_.+|${'x'.repeat(100_000)}`]) {
    const found = await ask(store, [{ name: '__name__', type: '=~', value }]);
    expect(found).toHaveLength(names.length);
    for (const { labels, values, from } of found) expect(labels.metric).toBe(names[values[from] as number]);
  }
  await store.stop();
});

it('has every acknowledged sample after the store was killed while writing', async () => {
  const database = fresh();
  const store = await open(database, { retryForMs: 30_000 });
  const ref = register(store, { __name__: 'killed' });
  const acknowledged: number[] = [];
  for (let i = 0; i < 60; i++) {
    if (i % 20 === 10) process.kill(stores.pids().clickhouse as number, 'SIGKILL');
    await store.sink.write(rows([[ref, nowMs - HOUR_MS + i * 1000, i]]));
    acknowledged.push(i);
  }
  await store.stop();
  const again = await open(database, { cacheBytes: 0 });
  const [series] = await ask(again, [named('killed')]);
  expect([...(series?.values.subarray(series.from, series.to) ?? [])]).toEqual(acknowledged);
  await again.stop();
});
