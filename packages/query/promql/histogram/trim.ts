import type { FloatHistogram } from '@petrel/model';
import { compactHistogram } from './arithmetic.ts';
import { type Bucket, negativeBuckets, positiveBuckets, usesCustomBuckets } from './bounds.ts';

/** `below`: keep what lies below the border (`h </ x`); `above`: what lies above it (`h >/ x`). */
export type TrimSide = 'below' | 'above';

interface Kept {
  readonly count: number;
  /** Stands for the kept observations in the estimate of the sum. */
  readonly midpoint: number;
}

/**
 * Only the observations on one side of `border`. The bucket that holds it is divided by interpolation (logarithmic in exponential
 * buckets, linear in custom ones and the zero bucket); count and sum are estimated anew when anything fell away, otherwise the
 * histogram is returned as it is. Source: Prometheus documentation, "Histogram trim operators".
 */
export function trimHistogram(h: FloatHistogram, border: number, side: TrimSide): FloatHistogram {
  let count = 0;
  let sum = 0;
  let changed = false;
  const custom = usesCustomBuckets(h);
  const trimAll = (buckets: readonly Bucket[], positive: boolean): number[] =>
    buckets.map((bucket) => {
      if (bucket.count === 0) return 0;
      const kept = trimBucket(bucket, { border, side, positive, custom });
      count += kept.count;
      if (kept.count !== 0) sum += kept.midpoint * kept.count;
      changed ||= kept.count !== bucket.count;
      return kept.count;
    });
  const positive = trimAll(positiveBuckets(h), true);
  const negative = trimAll(negativeBuckets(h), false);
  let { zeroCount } = h;
  if (zeroCount > 0) {
    const kept = trimZeroBucket(h, border, side);
    changed ||= kept.count !== zeroCount;
    zeroCount = kept.count;
    count += kept.count;
    sum += kept.midpoint * kept.count;
  }
  if (!changed) return h;
  return compactHistogram({ ...h, count, sum, zeroCount, positiveBuckets: positive, negativeBuckets: negative });
}

interface Cut {
  readonly border: number;
  readonly side: TrimSide;
  readonly positive: boolean;
  readonly custom: boolean;
}

function trimBucket(bucket: Bucket, cut: Cut): Kept {
  const { lower, upper, count } = bucket;
  const { border, side, positive, custom } = cut;
  const whole = side === 'below' ? upper <= border : lower >= border;
  if (whole) return { count, midpoint: midpoint(lower, upper, positive, custom) };
  const outside = side === 'below' ? lower >= border : upper <= border;
  if (outside) return { count: 0, midpoint: 0 };
  if (lower === Number.NEGATIVE_INFINITY) return trimLowest(bucket, border, side);
  // Of the highest bucket nothing is known but its lower end.
  if (upper === Number.POSITIVE_INFINITY)
    return side === 'above' && border >= lower ? { count, midpoint: border } : NONE;
  const below = count * fractionBelow(bucket, cut);
  if (side === 'below') return { count: below, midpoint: midpoint(lower, border, positive, custom) };
  return { count: count - below, midpoint: midpoint(border, upper, positive, custom) };
}

const NONE: Kept = { count: 0, midpoint: 0 };

/** The bucket from -Inf, which holds the border: with a positive upper bound it counts as starting at 0. */
function trimLowest({ upper, count }: Bucket, border: number, side: TrimSide): Kept {
  const finite = upper !== Number.POSITIVE_INFINITY;
  if (side === 'below') {
    if (border > 0 && upper > 0 && finite) return { count: (count * border) / upper, midpoint: border / 2 };
    return upper <= 0 ? { count, midpoint: border } : NONE;
  }
  if (border >= 0 && finite) return { count: count * (1 - border / upper), midpoint: (border + upper) / 2 };
  return NONE;
}

function fractionBelow({ lower, upper }: Bucket, { border, positive, custom }: Cut): number {
  if (custom) return (border - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const log = Math.log2(Math.abs(border));
  return positive ? (log - logLower) / (logUpper - logLower) : 1 - (log - logUpper) / (logLower - logUpper);
}

function midpoint(lower: number, upper: number, positive: boolean, linear: boolean): number {
  if (!Number.isFinite(lower)) return !Number.isFinite(upper) ? 0 : upper > 0 ? upper / 2 : upper;
  if (!Number.isFinite(upper)) return lower;
  if (linear) return (lower + upper) / 2;
  const mean = Math.sqrt(Math.abs(lower * upper));
  return positive ? mean : -mean;
}

/** Linear; of a histogram with observations on one side only, the other half of the zero bucket is empty. */
function trimZeroBucket(h: FloatHistogram, border: number, side: TrimSide): Kept {
  const hasPositive = h.positiveBuckets.some((count) => count !== 0);
  const hasNegative = h.negativeBuckets.some((count) => count !== 0);
  const lower = hasPositive && !hasNegative ? 0 : -h.zeroThreshold;
  const upper = hasNegative && !hasPositive ? 0 : h.zeroThreshold;
  const count = h.zeroCount;
  const whole = { count, midpoint: (lower + upper) / 2 };
  if (border <= lower) return side === 'below' ? NONE : whole;
  if (border >= upper) return side === 'below' ? whole : NONE;
  const share = (border - lower) / (upper - lower);
  if (side === 'below') return { count: count * share, midpoint: (lower + border) / 2 };
  return { count: count * ((upper - border) / (upper - lower)), midpoint: (border + upper) / 2 };
}
