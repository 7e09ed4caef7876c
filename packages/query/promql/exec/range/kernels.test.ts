import { Labels, type SeriesColumns, setStaleAt, wordsOf } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RANGE_FUNCTIONS } from '../range-functions.ts';
import { KernelInput } from './kernel.ts';
import { type RangeSeries, rangeSeriesOf, type Windows } from './windows.ts';

interface Sample {
  readonly t: number;
  readonly v: number;
}

type Naive = (
  window: readonly Sample[],
  startMs: number,
  endMs: number,
  params: readonly number[],
) => number | undefined;

const last = (w: readonly Sample[]) => w[w.length - 1] as Sample;
const first = (w: readonly Sample[]) => w[0] as Sample;
const values = (w: readonly Sample[]) => w.map((s) => s.v);
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const numbers = (w: readonly Sample[]) => values(w).filter((v) => !Number.isNaN(v));

function extrapolate(w: readonly Sample[], startMs: number, endMs: number, counter: boolean): number | undefined {
  if (w.length < 2) return undefined;
  let change = last(w).v - first(w).v;
  for (let i = 1; counter && i < w.length; i++) {
    const before = (w[i - 1] as Sample).v;
    if ((w[i] as Sample).v < before) change += before;
  }
  const sampled = last(w).t - first(w).t;
  const average = sampled / (w.length - 1);
  const limited = (gap: number) => (gap >= average * 1.1 ? average / 2 : gap);
  let before = limited(first(w).t - startMs);
  if (counter && change > 0 && first(w).v >= 0) before = Math.min(before, sampled * (first(w).v / change));
  return change * ((sampled + before + limited(endMs - last(w).t)) / sampled);
}

function quantile(q: number, list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const rank = q * (sorted.length - 1);
  const low = Math.floor(rank);
  const high = Math.min(sorted.length - 1, low + 1);
  return (sorted[low] as number) * (1 - (rank - low)) + (sorted[high] as number) * (rank - low);
}

function variance(list: readonly number[]): number {
  const mean = sum(list) / list.length;
  return sum(list.map((v) => (v - mean) ** 2)) / list.length;
}

function lastExtreme(w: readonly Sample[], pick: (...v: number[]) => number): number {
  const rest = numbers(w);
  if (rest.length === 0) return last(w).t / 1000;
  const extreme = pick(...rest);
  return last(w.filter((s) => s.v === extreme)).t / 1000;
}

/** Each function as its definition reads, over one window that is not empty. */
const NAIVE: Readonly<Record<string, Naive>> = {
  rate: (w, s, e) => {
    const change = extrapolate(w, s, e, true);
    return change === undefined ? undefined : change / ((e - s) / 1000);
  },
  increase: (w, s, e) => extrapolate(w, s, e, true),
  delta: (w, s, e) => extrapolate(w, s, e, false),
  irate: (w) => {
    const [a, b] = w.slice(-2);
    if (a === undefined || b === undefined) return undefined;
    return (b.v < a.v ? b.v : b.v - a.v) / ((b.t - a.t) / 1000);
  },
  idelta: (w) => (w.length < 2 ? undefined : last(w).v - (w[w.length - 2] as Sample).v),
  sum_over_time: (w) => sum(values(w)),
  avg_over_time: (w) => sum(values(w)) / w.length,
  min_over_time: (w) => (numbers(w).length > 0 ? Math.min(...numbers(w)) : Number.NaN),
  max_over_time: (w) => (numbers(w).length > 0 ? Math.max(...numbers(w)) : Number.NaN),
  ts_of_min_over_time: (w) => lastExtreme(w, Math.min),
  ts_of_max_over_time: (w) => lastExtreme(w, Math.max),
  count_over_time: (w) => w.length,
  present_over_time: () => 1,
  first_over_time: (w) => first(w).v,
  last_over_time: (w) => last(w).v,
  ts_of_first_over_time: (w) => first(w).t / 1000,
  ts_of_last_over_time: (w) => last(w).t / 1000,
  changes: (w) => w.filter((s, i) => i > 0 && !Object.is(s.v + 0, (w[i - 1] as Sample).v + 0)).length,
  resets: (w) => w.filter((s, i) => i > 0 && s.v < (w[i - 1] as Sample).v).length,
  stdvar_over_time: (w) => variance(values(w)),
  stddev_over_time: (w) => Math.sqrt(variance(values(w))),
  quantile_over_time: (w, _s, _e, [q]) => quantile(q as number, values(w)),
  mad_over_time: (w) => {
    if (numbers(w).length < w.length) return Number.NaN;
    const median = quantile(0.5, values(w));
    return quantile(
      0.5,
      values(w).map((v) => Math.abs(v - median)),
    );
  },
};

/** Undefined stands for a staleness marker. */
function seriesOf(points: readonly (readonly [gapMs: number, value: number | undefined])[]): SeriesColumns {
  const tsMs = new Float64Array(points.length);
  const column = new Float64Array(points.length);
  const words = wordsOf(column);
  let t = 0;
  points.forEach(([gapMs, value], i) => {
    t += gapMs;
    tsMs[i] = t;
    if (value === undefined) setStaleAt(words, i);
    else column[i] = value;
  });
  return { labels: Labels.EMPTY, tsMs, values: column, from: 0, to: points.length };
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 50 }).map((n) => n as number | undefined) },
  { weight: 4, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constant(15_000) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 120_000 }) },
);
const points = fc.array(fc.tuple(gap, value), { minLength: 1, maxLength: 120 });
const windows = fc.record({
  endMs: fc.integer({ min: 0, max: 600_000 }),
  stepMs: fc.constantFrom(0, 1000, 15_000, 60_000, 137_000),
  steps: fc.integer({ min: 1, max: 30 }),
  rangeMs: fc.constantFrom(1, 15_000, 60_000, 300_000, 1_800_000),
});

function expectSame(got: number | undefined, want: number | undefined, hint: string): void {
  if (got === undefined || want === undefined || Number.isNaN(want)) {
    expect(got, hint).toEqual(want);
    return;
  }
  expect(
    Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(got), Math.abs(want), 1e5),
    `${hint}: ${got} for ${want}`,
  ).toBe(true);
}

function run(name: string, series: RangeSeries, window: Windows): (number | undefined)[] {
  const input = new KernelInput(window);
  input.load(series);
  input.params = [new Float64Array(window.steps).fill(0.3)];
  const out = new Float64Array(window.steps);
  const present = new Uint8Array(window.steps);
  const found = RANGE_FUNCTIONS.get(name)?.kernel(input, out, present);
  expect(found).toBe(present.reduce((a, b) => a + b, 0));
  return Array.from(out, (v, k) => (present[k] === 1 ? v : undefined));
}

describe('range functions equal their definition over each window', () => {
  test.each(Object.keys(NAIVE))('%s', (name) => {
    fc.assert(
      fc.property(points, windows, (list, window) => {
        const raw = seriesOf(list);
        const endMs = window.endMs + window.stepMs * (window.steps - 1);
        const series = rangeSeriesOf(raw, window.endMs - window.rangeMs + 1, endMs);
        if (series === undefined) return;
        const got = run(name, series, window);
        for (let k = 0; k < window.steps; k++) {
          const end = window.endMs + k * window.stepMs;
          const start = end - window.rangeMs;
          const inside: Sample[] = [];
          let t = 0;
          for (const [gapMs, v] of list) {
            t += gapMs;
            if (v !== undefined && t > start && t <= end) inside.push({ t, v });
          }
          const want = inside.length === 0 ? undefined : NAIVE[name]?.(inside, start, end, [0.3]);
          expectSame(got[k], want, `step ${k}`);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('sums of windows that overlap much stay exact', () => {
  const n = 2000;
  const raw = seriesOf(Array.from({ length: n }, (_, i) => [1000, 0.1 + (i % 7)] as const));
  const window = { endMs: 500_000, stepMs: 1000, steps: 1500, rangeMs: 400_000 };
  const series = rangeSeriesOf(raw, 0, 3_000_000) as RangeSeries;
  const got = run('sum_over_time', series, window);
  const want = sum(Array.from(raw.values.subarray(100, 500)));
  expect(Math.abs((got[0] as number) - want)).toBeLessThan(1e-9);
});
