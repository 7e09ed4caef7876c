import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels, noInstruments, setStaleAt, silentLogger, wordsOf } from '@petrel/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStores, type Stores } from '../embedded/index.ts';
import type { GridRequest, MetricStore } from './port.ts';
import { openMetricStore } from './store.ts';

type Func = GridRequest['func'];
type Point = readonly [tMs: number, value: number];
const STALE = 'stale';

let directory: string;
let stores: Stores;
let store: MetricStore;
const nowMs = 1_795_390_000_000;
/** Series label → points; a marker is `[t, 'stale']`. */
const truth = new Map<string, (readonly [number, number | typeof STALE])[]>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-grid-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
  store = await openMetricStore({
    clickhouseUrl: stores.clickhouseUrl,
    logger: silentLogger,
    instruments: noInstruments,
    clock: { nowMs: () => nowMs },
    limits: { batchMs: 5, gridMinSamples: 0, cacheBytes: 0 },
  });
  await fill();
});

afterAll(async () => {
  await store.stop();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

let seed = 7;
function random(n: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}

/** Counters with resets, gauges that cross zero, gaps, staleness markers, values that were written again later. */
async function fill(): Promise<void> {
  for (let s = 0; s < 16; s++) {
    const points: (readonly [number, number | typeof STALE])[] = [];
    let t = nowMs - 3_600_000 + random(5000);
    let v = random(50);
    for (let i = 0; i < 150; i++) {
      t += random(12) === 0 ? 60_000 + random(300_000) : 10_000 + random(10_000);
      v = random(15) === 0 ? random(5) : v + random(40);
      if (s % 4 === 3) v = random(100) - 50;
      points.push([t, random(25) === 0 ? STALE : v]);
    }
    truth.set(String(s), points);
    await write(s, points);
    if (s % 5 !== 0) continue;
    const again = points.map(([at, value], i) => [at, i % 7 === 0 && value !== STALE ? value / 2 : value] as const);
    truth.set(String(s), again);
    await write(
      s,
      again.filter((_, i) => i % 7 === 0),
    );
  }
}

async function write(s: number, points: readonly (readonly [number, number | typeof STALE])[]): Promise<void> {
  const labels = Labels.of({ __name__: 'x', s: String(s), half: String(s % 2) });
  const ref = store.sink.registry.register(1, s, labels);
  const values = Float64Array.from(points, ([, value]) => (value === STALE ? 0 : value));
  points.forEach(([, value], i) => {
    if (value === STALE) setStaleAt(wordsOf(values), i);
  });
  await store.sink.write({
    length: points.length,
    refs: new Uint32Array(points.length).fill(ref),
    timestampsMs: Float64Array.from(points, ([t]) => t),
    values,
  });
}

/** Prometheus's extrapolatedRate, over the points of a left-open window. */
function extrapolated(func: Func, points: readonly Point[], t: number, windowMs: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const counter = func !== 'delta';
  let change = last[1] - first[1];
  if (counter) {
    points.forEach(([, value], i) => {
      const before = points[i - 1]?.[1];
      if (before !== undefined && value < before) change += before;
    });
  }
  let toStart = (first[0] - (t - windowMs)) / 1000;
  let toEnd = (t - last[0]) / 1000;
  const sampled = (last[0] - first[0]) / 1000;
  const between = sampled / (points.length - 1);
  if (toStart >= between * 1.1) toStart = between / 2;
  if (counter && change > 0 && first[1] >= 0) toStart = Math.min(toStart, sampled * (first[1] / change));
  if (toEnd >= between * 1.1) toEnd = between / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return (change * factor) / (func === 'rate' ? windowMs / 1000 : 1);
}

function naive(func: Func, s: string, t: number, windowMs: number): number | undefined {
  const inside = (truth.get(s) ?? []).filter(([at]) => at > t - windowMs && at <= t);
  const points = inside.filter((point): point is Point => point[1] !== STALE);
  if (func === 'last') return points.at(-1)?.[1];
  if (func !== 'irate' && func !== 'idelta') return extrapolated(func, points, t, windowMs);
  const [before, last] = [points.at(-2), points.at(-1)];
  if (before === undefined || last === undefined) return undefined;
  if (func === 'idelta') return last[1] - before[1];
  return (last[1] < before[1] ? last[1] : last[1] - before[1]) / ((last[0] - before[0]) / 1000);
}

const grids = [
  { stepMs: 15_000, windowMs: 300_000 },
  { stepMs: 60_000, windowMs: 60_000 },
  { stepMs: 61_500, windowMs: 90_250 },
  { stepMs: 7001, windowMs: 33_333 },
];

function ask(func: Func, stepMs: number, windowMs: number, more: Partial<GridRequest> = {}) {
  const gridStartMs = nowMs - 3_500_000;
  return store.selectGrid({
    func,
    gridStartMs,
    stepMs,
    steps: 40,
    windowMs,
    matchers: [{ type: '=', name: '__name__', value: 'x' }],
    startMs: gridStartMs - windowMs + 1,
    endMs: gridStartMs + 39 * stepMs,
    maxSamples: 1e6,
    ...more,
  });
}

for (const func of ['rate', 'increase', 'delta', 'irate', 'idelta', 'last'] as const) {
  it.each(grids)(`${func} on the database's grid equals the plain evaluation: %o`, async ({ stepMs, windowMs }) => {
    const found = await ask(func, stepMs, windowMs);
    if (found === undefined) throw new Error('declined');
    const byLabel = new Map(found.map((series) => [series.labels.get('s'), series]));
    let values = 0;
    for (const s of truth.keys()) {
      const series = byLabel.get(s);
      for (let k = 0; k < 40; k++) {
        const expected = naive(func, s, nowMs - 3_500_000 + k * stepMs, windowMs);
        const got = series?.present[k] === 1 ? series.values[k] : undefined;
        if (expected === undefined || got === undefined) expect([s, k, got]).toEqual([s, k, expected]);
        else expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
        if (got !== undefined) values++;
      }
    }
    expect(values).toBeGreaterThan(100);
    const sums = await ask(func, stepMs, windowMs, { sumBy: { without: false, labels: ['half', '__name__'] } });
    expect(sums?.map(({ labels }) => labels.toString()).sort()).toEqual(
      ['0', '1'].map((half) => `${func === 'last' ? 'x' : ''}{half="${half}"}`),
    );
    for (const { labels, values: sum, present } of sums ?? []) {
      for (let k = 0; k < 40; k++) {
        const parts = [...truth.keys()]
          .filter((s) => String(Number(s) % 2) === labels.get('half'))
          .map((s) => naive(func, s, nowMs - 3_500_000 + k * stepMs, windowMs))
          .filter((part) => part !== undefined);
        expect(present[k] === 1).toBe(parts.length > 0);
        const total = parts.reduce((a, b) => a + b, 0);
        if (parts.length > 0) expect(sum[k]).toBeCloseTo(total, 6);
      }
    }
  });
}

it('declines selectors without a metric, and stops when the asker goes away', async () => {
  expect(await ask('rate', 15_000, 60_000, { matchers: [{ type: '=', name: 'half', value: '1' }] })).toBeUndefined();
  await expect(ask('rate', 15_000, 60_000, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'QUERY_CANCELED',
  });
});
