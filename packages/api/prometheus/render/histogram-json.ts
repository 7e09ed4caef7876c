import type { FloatHistogram, Span } from '@petrel/model';
import { CUSTOM_BUCKETS_SCHEMA } from '@petrel/model';
import { formatJsonFloat } from './go-number.ts';

/** Which bounds belong to a bucket, in the numbers of Prometheus's JSON. */
type Boundaries = 0 | 1 | 2 | 3;
const LOWER_OPEN: Boundaries = 0;
const UPPER_OPEN: Boundaries = 1;
const CLOSED: Boundaries = 3;

interface Bucket {
  readonly boundaries: Boundaries;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * A native histogram as query answers show it: `{"count":"…","sum":"…","buckets":[[boundaries,"lower","upper","count"],…]}`, buckets
 * from the lowest to the highest, empty ones left out. Source: Prometheus, web/api/v1 and util/jsonutil.
 */
export function histogramJson(histogram: FloatHistogram): string {
  let buckets = '';
  for (const { boundaries, lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    buckets += `${buckets === '' ? '' : ','}[${boundaries},"${formatJsonFloat(lower)}","${formatJsonFloat(upper)}","${formatJsonFloat(count)}"]`;
  }
  const head = `{"count":"${formatJsonFloat(histogram.count)}","sum":"${formatJsonFloat(histogram.sum)}"`;
  return buckets === '' ? `${head}}` : `${head},"buckets":[${buckets}]}`;
}

function allBuckets(h: FloatHistogram): Bucket[] {
  if (h.schema === CUSTOM_BUCKETS_SCHEMA) return customBuckets(h);
  const bound = (index: number): number => exponentialBound(index, h.schema);
  // A bucket that reaches into the zero bucket ends at its threshold.
  const inner = (index: number): number => Math.max(bound(index - 1), h.zeroThreshold);
  const negative = expand(h.negativeSpans, h.negativeBuckets)
    .map(({ index, count }): Bucket => ({ boundaries: UPPER_OPEN, lower: -bound(index), upper: -inner(index), count }))
    .reverse();
  const zero: Bucket = { boundaries: CLOSED, lower: -h.zeroThreshold, upper: h.zeroThreshold, count: h.zeroCount };
  const positive = expand(h.positiveSpans, h.positiveBuckets).map(
    ({ index, count }): Bucket => ({ boundaries: LOWER_OPEN, lower: inner(index), upper: bound(index), count }),
  );
  return [...negative, zero, ...positive];
}

function customBuckets(h: FloatHistogram): Bucket[] {
  const { customValues } = h;
  return expand(h.positiveSpans, h.positiveBuckets).map(
    ({ index, count }): Bucket => ({
      boundaries: index === 0 ? CLOSED : LOWER_OPEN,
      lower: customValues[index - 1] ?? (index === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
      upper: customValues[index] ?? Number.POSITIVE_INFINITY,
      count,
    }),
  );
}

/** The upper bound of bucket `index`: 2^(index · 2^-schema). */
function exponentialBound(index: number, schema: number): number {
  if (schema <= 0) {
    const exponent = index * 2 ** -schema;
    // The last finite bucket ends at the largest float64, as everything above is the overflow bucket.
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const perOctave = 2 ** schema;
  const octave = Math.floor(index / perOctave);
  const within = index - octave * perOctave;
  const exponent = octave + within / perOctave;
  return exponent === 1024 ? Number.MAX_VALUE : 2 ** (within / perOctave) * 2 ** octave;
}

function expand(spans: readonly Span[], counts: readonly number[]): { index: number; count: number }[] {
  const out: { index: number; count: number }[] = [];
  let index = 0;
  let at = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++) out.push({ index: index++, count: counts[at++] ?? 0 });
  }
  return out;
}
