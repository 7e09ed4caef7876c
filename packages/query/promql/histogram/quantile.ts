import type { FloatHistogram } from '@petrel/model';
import { allBuckets, type Bucket, usesCustomBuckets } from './bounds.ts';

/** NaN observations are counted but lie in no bucket: the result is NaN, or (`skewed`) drawn towards the top. */
export type NanInfluence = 'none' | 'result' | 'skewed';

/**
 * The q-quantile by interpolation inside a bucket: on a logarithmic scale in exponential buckets, linear in custom ones and in
 * the zero bucket. Source: Prometheus documentation, histogram_quantile().
 */
export function histogramQuantile(
  q: number,
  h: FloatHistogram,
): { readonly value: number; readonly nan: NanInfluence } {
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, nan: 'none' };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, nan: 'none' };
  if (h.count === 0 || Number.isNaN(q)) return { value: Number.NaN, nan: 'none' };
  const hasNan = Number.isNaN(h.sum);
  // NaN observations are above all others and in no bucket, so counting from the top would miss them.
  const forward = hasNan || q < 0.5;
  const rank = forward ? q * h.count : (1 - q) * h.count;
  const buckets = allBuckets(h);
  let bucket: Bucket = { lower: 0, upper: 0, lowerInclusive: false, upperInclusive: false, count: 0 };
  let count = 0;
  for (let i = 0; i < buckets.length; i++) {
    bucket = buckets[forward ? i : buckets.length - 1 - i] as Bucket;
    if (bucket.count === 0) continue;
    count += bucket.count;
    if (count >= rank) break;
  }
  const custom = usesCustomBuckets(h);
  let { lower, upper } = bucket;
  if (custom) {
    if (lower === Number.NEGATIVE_INFINITY) {
      if (upper <= 0) return { value: upper, nan: 'none' };
      lower = 0;
    } else if (upper === Number.POSITIVE_INFINITY) return { value: lower, nan: 'none' };
  } else [lower, upper] = oneSided(h, lower, upper, lower < 0 && upper > 0);
  // Rounding can add up to more than the total.
  count = Math.min(count, h.count);
  if (count < rank) return hasNan ? { value: Number.NaN, nan: 'result' } : { value: upper, nan: 'none' };
  const rest = forward ? rank - (count - bucket.count) : count - rank;
  const fraction = rest / bucket.count;
  const nan: NanInfluence = hasNan ? 'skewed' : 'none';
  if (custom || (lower <= 0 && upper >= 0)) return { value: lower + (upper - lower) * fraction, nan };
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return { value: 2 ** (logLower + (logUpper - logLower) * fraction), nan };
  return { value: -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction))), nan };
}

/** The zero bucket of a histogram with observations on one side only ends at 0. */
function oneSided(h: FloatHistogram, lower: number, upper: number, holdsZero: boolean): [number, number] {
  if (!holdsZero) return [lower, upper];
  if (h.negativeBuckets.length === 0 && h.positiveBuckets.length > 0) return [0, upper];
  if (h.positiveBuckets.length === 0 && h.negativeBuckets.length > 0) return [lower, 0];
  return [lower, upper];
}

/** The share of the observations between `lower` and `upper`, by the same interpolation. NaN observations are outside every interval. */
export function histogramFraction(lower: number, upper: number, h: FloatHistogram): number {
  if (h.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  let rank = 0;
  let lowerRank: number | undefined;
  let upperRank: number | undefined;
  for (const bucket of allBuckets(h)) {
    const holdsZero = bucket.lower <= 0 && bucket.upper >= 0;
    const [from, to] = oneSided(h, bucket.lower, bucket.upper, holdsZero);
    if (lowerRank === undefined && from >= lower) lowerRank = rank;
    if (upperRank === undefined && from >= upper) upperRank = rank;
    const linear = usesCustomBuckets(h) || holdsZero;
    const inside = (v: number): number => rankInside(v, { from, to, rank, count: bucket.count, linear });
    if (lowerRank === undefined && to > lower) lowerRank = inside(lower);
    if (upperRank === undefined && to > upper) upperRank = inside(upper);
    rank += bucket.count;
    if (lowerRank !== undefined && upperRank !== undefined) break;
  }
  // Beyond the last bucket: all that lie in buckets, which NaN observations do not.
  const total = Number.isNaN(h.sum) ? rank : h.count;
  return (Math.min(upperRank ?? total, total) - Math.min(lowerRank ?? total, total)) / h.count;
}

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly rank: number;
  readonly count: number;
  readonly linear: boolean;
}

function rankInside(v: number, { from, to, rank, count, linear }: Interval): number {
  if (linear) {
    // Nothing is known of the distribution towards infinity: all of the lowest bucket, nothing of the highest.
    if (from === Number.NEGATIVE_INFINITY) return count;
    return rank + (count * (v - from)) / (to - from);
  }
  const logFrom = Math.log2(Math.abs(from));
  const logTo = Math.log2(Math.abs(to));
  const logV = Math.log2(Math.abs(v));
  const fraction = v > 0 ? (logV - logFrom) / (logTo - logFrom) : 1 - (logV - logTo) / (logFrom - logTo);
  return rank + count * fraction;
}
