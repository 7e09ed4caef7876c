import type { FloatHistogram, Span } from '@petrel/model';
import { CUSTOM_BUCKETS_SCHEMA } from '@petrel/model';
import type { ExponentialBuckets, ExponentialHistogramPoint, HistogramPoint } from './metrics.ts';

const MAX_SCHEMA = 8;
const MIN_SCHEMA = -4;
/** Where the sender gives none: the zero threshold that Prometheus takes for OTLP. */
const DEFAULT_ZERO_THRESHOLD = 1e-128;
/** A gap of empty buckets up to this length is stored, a longer one starts a new span. */
const MAX_GAP = 2;

/** An exponential histogram as a native one (finer scales are merged down to 8); a coarser scale than -4 has none. */
export function nativeFromExponential(
  point: ExponentialHistogramPoint,
): { readonly histogram: FloatHistogram } | { readonly refusal: string } {
  if (point.scale < MIN_SCHEMA)
    return { refusal: `exponential histogram with scale ${point.scale}, below ${MIN_SCHEMA}` };
  const schema = Math.min(point.scale, MAX_SCHEMA);
  const down = point.scale - schema;
  const positive = spansOf(point.positive, down, 1);
  const negative = spansOf(point.negative, down, 1);
  return {
    histogram: {
      counterResetHint: 'unknown',
      schema,
      zeroThreshold: point.zeroThreshold > 0 ? point.zeroThreshold : DEFAULT_ZERO_THRESHOLD,
      zeroCount: point.zeroCount,
      count: point.count,
      sum: point.sum ?? 0,
      positiveSpans: positive.spans,
      positiveBuckets: positive.counts,
      negativeSpans: negative.spans,
      negativeBuckets: negative.counts,
      customValues: [],
    },
  };
}

/** An explicit-bounds histogram as a native one with custom buckets. */
export function nativeFromExplicit(point: HistogramPoint): FloatHistogram {
  const { spans, counts } = spansOf({ offset: 0, counts: point.bucketCounts }, 0, 0);
  return {
    counterResetHint: 'unknown',
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: point.count,
    sum: point.sum ?? 0,
    positiveSpans: spans,
    positiveBuckets: counts,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: point.bounds,
  };
}

/** OpenTelemetry's bucket i ends at base^(i+1), Prometheus's at base^i: hence `shift` 1 for exponential ones. */
function spansOf(buckets: ExponentialBuckets, down: number, shift: number): { spans: Span[]; counts: number[] } {
  const spans: { offset: number; length: number }[] = [];
  const counts: number[] = [];
  // The index behind the last stored bucket.
  let next = 0;
  for (let i = 0; i < buckets.counts.length; i++) {
    const count = buckets.counts[i] as number;
    if (count === 0) continue;
    const index = shiftedDown(buckets.offset + i, down) + shift;
    const last = spans.at(-1);
    if (last !== undefined && index === next - 1) {
      counts[counts.length - 1] = (counts.at(-1) as number) + count;
      continue;
    }
    const gap = index - next;
    if (last !== undefined && gap <= MAX_GAP) {
      for (let empty = 0; empty < gap; empty++) counts.push(0);
      last.length += gap + 1;
    } else spans.push({ offset: gap, length: 1 });
    counts.push(count);
    next = index + 1;
  }
  return { spans, counts };
}

/** Division by 2^down, rounded towards minus infinity; a scale may be far beyond what a 32-bit shift can do. */
function shiftedDown(index: number, down: number): number {
  return down === 0 ? index : Math.floor(index / 2 ** Math.min(down, 1000));
}

/** The sum of two delta points with the same bounds; other bounds make the second a new beginning. */
export function addHistograms(sum: HistogramPoint | undefined, delta: HistogramPoint): HistogramPoint {
  if (sum === undefined || !sameNumbers(sum.bounds, delta.bounds)) return delta;
  if (sum.bucketCounts.length !== delta.bucketCounts.length) return delta;
  return {
    ...delta,
    count: sum.count + delta.count,
    sum: sum.sum === undefined || delta.sum === undefined ? undefined : sum.sum + delta.sum,
    bucketCounts: delta.bucketCounts.map((count, i) => count + (sum.bucketCounts[i] as number)),
  };
}

/** The sum of two delta points at the coarser of their scales and the wider of their zero thresholds. */
export function addExponential(
  sum: ExponentialHistogramPoint | undefined,
  delta: ExponentialHistogramPoint,
): ExponentialHistogramPoint {
  if (sum === undefined) return delta;
  const scale = Math.min(sum.scale, delta.scale);
  const merge = (a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets =>
    addBuckets(coarser(a, sum.scale - scale), coarser(b, delta.scale - scale));
  return {
    ...delta,
    scale,
    count: sum.count + delta.count,
    sum: sum.sum === undefined || delta.sum === undefined ? undefined : sum.sum + delta.sum,
    zeroCount: sum.zeroCount + delta.zeroCount,
    zeroThreshold: Math.max(sum.zeroThreshold, delta.zeroThreshold),
    positive: merge(sum.positive, delta.positive),
    negative: merge(sum.negative, delta.negative),
  };
}

function coarser(buckets: ExponentialBuckets, down: number): ExponentialBuckets {
  if (down === 0 || buckets.counts.length === 0) return buckets;
  const offset = shiftedDown(buckets.offset, down);
  const counts: number[] = [];
  for (let i = 0; i < buckets.counts.length; i++) {
    const at = shiftedDown(buckets.offset + i, down) - offset;
    counts[at] = (counts[at] ?? 0) + (buckets.counts[i] as number);
  }
  return { offset, counts };
}

/** OpenTelemetry's SDKs keep 160 buckets; more than this in a row is two distributions that have nothing in common. */
const MAX_BUCKETS = 4096;

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  if (end - offset > MAX_BUCKETS) return b;
  const counts = new Array<number>(end - offset).fill(0);
  for (const part of [a, b]) {
    part.counts.forEach((count, i) => {
      counts[part.offset - offset + i] = (counts[part.offset - offset + i] as number) + count;
    });
  }
  return { offset, counts };
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
