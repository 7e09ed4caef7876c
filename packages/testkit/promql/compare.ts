import { type FloatHistogram, isStaleAt, Labels, wordsOf } from '@petrel/model';
import { compactHistogram, formatHistogram, formatShortest } from '@petrel/query/promql/histogram/index.ts';
import type { SequenceValue } from '@petrel/query/promql/memory/series-description.ts';
import { quoteGo } from '@petrel/query/promql/parse/index.ts';
import type { QueryResult, QueryValue } from '@petrel/query/promql/result.ts';
import type { EvalCommand, ExpectedSeries, MessageExpectation } from './script.ts';

const TOLERANCE = 1e-6;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Equal, both NaN, or apart by less than a millionth of the sum of their sizes. */
export function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < TOLERANCE;
}

/** Layout exactly, numbers within the tolerance; empty buckets do not count, hints only when `withHint`. */
export function almostEqualHistograms(a: FloatHistogram, b: FloatHistogram, withHint: boolean): boolean {
  const x = compactHistogram(a);
  const y = compactHistogram(b);
  const spans = (h: FloatHistogram): string => JSON.stringify([h.positiveSpans, h.negativeSpans]);
  const numbers = (p: readonly number[], q: readonly number[]): boolean =>
    p.length === q.length && p.every((value, i) => almostEqual(value, q[i] as number));
  return (
    x.schema === y.schema &&
    x.zeroThreshold === y.zeroThreshold &&
    numbers(x.customValues, y.customValues) &&
    almostEqual(x.count, y.count) &&
    almostEqual(x.sum, y.sum) &&
    almostEqual(x.zeroCount, y.zeroCount) &&
    spans(x) === spans(y) &&
    numbers(x.positiveBuckets, y.positiveBuckets) &&
    numbers(x.negativeBuckets, y.negativeBuckets) &&
    (!withHint || a.counterResetHint === b.counterResetHint)
  );
}

/** What differs, or undefined. */
export type Difference = string | undefined;

/** A point of a result series, stale markers told apart from other NaN. */
interface Point {
  readonly tMs: number;
  readonly value: SequenceValue;
}

interface ResultSeries {
  readonly labels: Labels;
  /** Ascending by time. */
  readonly points: readonly Point[];
}

/** Compares a result with what an eval block expects: its value first, then its annotations. */
export function compareResult(command: EvalCommand, result: QueryResult): Difference {
  return (
    compareValue(command, result.value) ??
    compareAnnotations(command, 'warn', result.warnings) ??
    compareAnnotations(command, 'info', result.infos)
  );
}

/** Only the value. */
export function compareValue({ expect, time }: EvalCommand, value: QueryValue): Difference {
  const got = showValue(value);
  if (expect.scalar !== undefined) {
    if (value.type !== 'scalar') return `expected scalar result, but got ${got}`;
    return almostEqual(expect.scalar, value.value)
      ? undefined
      : `expected scalar ${formatShortest(expect.scalar)} but got ${formatShortest(value.value)}`;
  }
  if (expect.string !== undefined) {
    if (value.type !== 'string') return `expected string result, but got ${got}`;
    return expect.string === value.value
      ? undefined
      : `expected string ${quoteGo(expect.string)} but got ${quoteGo(value.value)}`;
  }
  switch (value.type) {
    case 'scalar':
    case 'string':
      return `expected vector or matrix result, but got ${got}`;
    case 'rawMatrix':
      if (expect.rangeVector === undefined) return `expected a range vector to be announced, got ${got}`;
      return compareSeries(expect.series, seriesOf(value), gridTimes(expect.rangeVector));
    case 'vector': {
      if (expect.rangeVector !== undefined) return `expected a range vector, but got ${got}`;
      const series = seriesOf(value);
      return (
        (expect.ordered ? compareOrder(expect.series, series) : undefined) ??
        compareSeries(expect.series, series, [value.tMs])
      );
    }
    case 'stepMatrix': {
      if (time.mode !== 'range') return `expected an instant result, but got ${got}`;
      const labels = value.series.map((s) => s.labels);
      if (labels.some((l, i) => i > 0 && Labels.compare(labels[i - 1] as Labels, l) > 0))
        return `result is not sorted by labels: ${got}`;
      return compareSeries(expect.series, seriesOf(value), gridTimes(time));
    }
  }
}

function gridTimes({ startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number }): number[] {
  const times: number[] = [];
  for (let t = startMs; t <= endMs; t += stepMs) times.push(t);
  return times;
}

/** The points of each series of a result, whatever its type. */
export function seriesOf(value: QueryValue): readonly ResultSeries[] {
  switch (value.type) {
    case 'scalar':
      return [{ labels: Labels.EMPTY, points: [{ tMs: value.tMs, value: { kind: 'float', value: value.value } }] }];
    case 'string':
      return [];
    case 'vector':
      return value.samples.map((s) => ({
        labels: s.labels,
        points: [
          {
            tMs: value.tMs,
            value: s.histogram === undefined ? { kind: 'float', value: s.value } : ofHistogram(s.histogram),
          },
        ],
      }));
    case 'stepMatrix':
      return value.series.map(({ labels, values, present, histograms }) => {
        const points: Point[] = [];
        for (let k = 0; k < value.steps; k++) {
          const tMs = value.startMs + k * value.stepMs;
          const histogram = histograms?.[k];
          if (present[k] === 1) points.push({ tMs, value: floatAt(values, k) });
          else if (histogram !== undefined) points.push({ tMs, value: ofHistogram(histogram) });
        }
        return { labels, points };
      });
    case 'rawMatrix':
      return value.series.map(({ labels, tsMs, values, histograms = [] }) => {
        const floats = Array.from(tsMs, (tMs, i) => ({ tMs, value: floatAt(values, i) }));
        const points = [...floats, ...histograms.map(({ tMs, histogram }) => ({ tMs, value: ofHistogram(histogram) }))];
        return { labels, points: points.sort((a, b) => a.tMs - b.tMs) };
      });
  }
}

function ofHistogram(histogram: FloatHistogram): SequenceValue {
  return { kind: 'histogram', histogram, hintSet: true };
}

function floatAt(values: Float64Array, i: number): SequenceValue {
  return isStaleAt(wordsOf(values), i) ? { kind: 'stale' } : { kind: 'float', value: values[i] as number };
}

function compareOrder(expected: readonly ExpectedSeries[], got: readonly ResultSeries[]): Difference {
  const positions = new Map(expected.map(({ labels }, i) => [labels.key, i]));
  for (const [i, { labels }] of got.entries()) {
    const wanted = positions.get(labels.key);
    if (wanted !== undefined && wanted !== i) {
      return `expected metric ${labels} at position ${wanted + 1} but was at ${i + 1}`;
    }
  }
  return undefined;
}

function compareSeries(
  expected: readonly ExpectedSeries[],
  got: readonly ResultSeries[],
  times: readonly number[],
): Difference {
  const wanted = new Map(expected.map((series) => [series.labels.key, series]));
  const seen = new Set<string>();
  for (const series of got) {
    if (seen.has(series.labels.key)) return `series ${series.labels} stands in the result twice`;
    seen.add(series.labels.key);
    const match = wanted.get(series.labels.key);
    if (match === undefined) return `unexpected metric ${series.labels} in result, has ${showPoints(series.points)}`;
    const difference = comparePoints(match, series, times);
    if (difference !== undefined) return difference;
  }
  for (const { labels, values } of expected) {
    if (!seen.has(labels.key)) return `expected metric ${labels} with ${values.map(showSequence).join(' ')} not found`;
  }
  return undefined;
}

function comparePoints(
  expected: ExpectedSeries,
  { labels, points }: ResultSeries,
  times: readonly number[],
): Difference {
  if (expected.values.length > times.length) {
    return `expected ${expected.values.length} points for ${labels}, but query time range cannot return this many points`;
  }
  const byTime = new Map(points.map((point) => [point.tMs, point.value]));
  for (const [i, want] of expected.values.entries()) {
    const tMs = times[i] as number;
    const have = byTime.get(tMs) ?? { kind: 'gap' as const };
    byTime.delete(tMs);
    if (!sameValue(want, have)) {
      const where = times.length > 1 ? ` at t=${tMs}` : '';
      return `expected ${showSequence(want)} for ${labels}${where} but got ${showSequence(have)}`;
    }
  }
  if (byTime.size === 0) return undefined;
  return `expected no more points for ${labels}, but got ${showPoints(points.filter(({ tMs }) => byTime.has(tMs)))}`;
}

function sameValue(want: SequenceValue, have: SequenceValue): boolean {
  if (want.kind === 'float' && have.kind === 'float') return almostEqual(want.value, have.value);
  if (want.kind === 'histogram' && have.kind === 'histogram') {
    return almostEqualHistograms(want.histogram, have.histogram, want.hintSet);
  }
  return want.kind === have.kind;
}

function compareAnnotations({ expect }: EvalCommand, kind: 'warn' | 'info', got: readonly string[]): Difference {
  const wanted = kind === 'warn' ? expect.warns : expect.infos;
  const forbidden = kind === 'warn' ? expect.noWarn : expect.noInfo;
  if (forbidden && got.length > 0) return `unexpected ${kind} annotations: [${got.join('; ')}]`;
  if (wanted.length === 0) return undefined;
  if (got.length === 0) return `expected ${kind} annotations but none were found`;
  const missing = wanted.find((w) => !got.some((text) => matchesMessage(w, text)));
  if (missing !== undefined)
    return `expected ${kind} annotation ${showExpectation(missing)}, found: [${got.join('; ')}]`;
  const extra = got.find((text) => !wanted.some((w) => matchesMessage(w, text)));
  return extra === undefined ? undefined : `unexpected ${kind} annotation ${JSON.stringify(extra)}`;
}

export function matchesMessage(expectation: MessageExpectation, text: string): boolean {
  switch (expectation.match) {
    case 'any':
      return true;
    case 'msg':
      return expectation.text === text.trim();
    case 'regex':
      return expectation.test(text);
  }
}

export function showExpectation(expectation: MessageExpectation): string {
  switch (expectation.match) {
    case 'any':
      return '(any)';
    case 'msg':
      return JSON.stringify(expectation.text);
    case 'regex':
      return `matching ${JSON.stringify(expectation.pattern)}`;
  }
}

export function showSequence(value: SequenceValue): string {
  switch (value.kind) {
    case 'gap':
      return '_';
    case 'stale':
      return 'stale';
    case 'float':
      return formatShortest(value.value);
    case 'histogram':
      return formatHistogram(value.histogram);
  }
}

function showPoints(points: readonly Point[]): string {
  const shown = points.slice(0, 20).map(({ tMs, value }) => `${showSequence(value)} @[${tMs}]`);
  return shown.join(' ') + (points.length > 20 ? ` … (${points.length} points)` : '');
}

/** A result as people read it in a report. */
export function showValue(value: QueryValue): string {
  if (value.type === 'string') return `string ${quoteGo(value.value)}`;
  if (value.type === 'scalar') return `scalar ${formatShortest(value.value)}`;
  const series = seriesOf(value);
  const lines = series.slice(0, 20).map(({ labels, points }) => `${labels} => ${showPoints(points)}`);
  const kind = value.type === 'vector' ? 'vector' : 'matrix';
  if (series.length > 20) lines.push(`… (${series.length} series)`);
  return lines.length === 0 ? `empty ${kind}` : `${kind}\n    ${lines.join('\n    ')}`;
}
