import type { ForcedMonotonicity } from './annotations.ts';

/** Differences of counts below this, relative to them, are rounding and are evened out without a word. */
const SMALL_DELTA = 1e-12;

/** Cumulative buckets of a classic histogram at one time: ascending upper bounds, counts below them. Filled anew for each step. */
export interface Buckets {
  readonly upper: Float64Array;
  readonly counts: Float64Array;
  length: number;
}

/** The q-quantile, linear within a bucket. `repair` must have run. */
export function bucketQuantile(q: number, { upper, counts, length }: Buckets): number {
  if (Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  if (length < 2 || upper[length - 1] !== Infinity) return NaN;
  const total = counts[length - 1] as number;
  if (total === 0 || Number.isNaN(total)) return NaN;
  let rank = q * total;
  let b = 0;
  while (b < length - 1 && (counts[b] as number) < rank) b++;
  if (b === length - 1) return upper[length - 2] as number;
  const end = upper[b] as number;
  if (b === 0 && end <= 0) return end;
  let start = 0;
  let count = counts[b] as number;
  if (b > 0) {
    start = upper[b - 1] as number;
    count -= counts[b - 1] as number;
    rank -= counts[b - 1] as number;
  }
  return start + (end - start) * (rank / count);
}

/** The share of observations between two values. `repair` must have run. */
export function bucketFraction(lower: number, higher: number, { upper, counts, length }: Buckets): number {
  if (length === 0 || upper[length - 1] !== Infinity) return NaN;
  const total = counts[length - 1] as number;
  if (total === 0 || Number.isNaN(total) || Number.isNaN(lower) || Number.isNaN(higher)) return NaN;
  if (lower >= higher) return 0;
  const share = (value: number) => Math.min(total, rankOf(value, upper, counts, length));
  return (share(higher) - share(lower)) / total;
}

/** How many observations lie below a value, linear within its bucket. */
function rankOf(value: number, upper: Float64Array, counts: Float64Array, length: number): number {
  let rank = 0;
  let start = (upper[0] as number) > 0 ? 0 : -Infinity;
  for (let b = 0; b < length; b++) {
    if (start >= value) return rank;
    const end = upper[b] as number;
    if (end > value) {
      // Of a bucket without a lower end nothing is known: all of it counts as below.
      const inside = start === -Infinity ? 1 : (value - start) / (end - start);
      return rank + ((counts[b] as number) - rank) * inside;
    }
    rank = counts[b] as number;
    start = end;
  }
  return rank;
}

/**
 * Merges buckets of equal bounds and makes the counts rise: scrapes of a moving target may show a wider bucket with fewer
 * observations. Tells what had to be changed beyond rounding.
 */
export function repair(buckets: Buckets): ForcedMonotonicity | undefined {
  coalesce(buckets);
  const { upper, counts, length } = buckets;
  let forced: ForcedMonotonicity | undefined;
  let previous = counts[0] as number;
  for (let b = 1; b < length; b++) {
    const count = counts[b] as number;
    if (count > previous || Number.isNaN(count)) {
      previous = count;
      continue;
    }
    if (count === previous) continue;
    counts[b] = previous;
    if (previous - count <= SMALL_DELTA * Math.min(Math.abs(previous), Math.abs(count))) continue;
    const bound = upper[b] as number;
    forced ??= { minBucket: bound, maxBucket: bound, maxDiff: 0 };
    forced.minBucket = Math.min(forced.minBucket, bound);
    forced.maxBucket = Math.max(forced.maxBucket, bound);
    forced.maxDiff = Math.max(forced.maxDiff, previous - count);
  }
  return forced;
}

function coalesce(buckets: Buckets): void {
  const { upper, counts, length } = buckets;
  let n = 0;
  for (let b = 0; b < length; b++) {
    if (n > 0 && upper[n - 1] === upper[b]) {
      counts[n - 1] = (counts[n - 1] as number) + (counts[b] as number);
    } else {
      upper[n] = upper[b] as number;
      counts[n++] = counts[b] as number;
    }
  }
  buckets.length = n;
}
