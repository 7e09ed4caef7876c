import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '@petrel/model';
import { toSpans } from './bounds.ts';

/** The parts of a classic histogram at one time, as its series give them. */
export interface ClassicHistogram {
  /** Cumulative counts by upper bound (`le`), in any order. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly count?: number;
  readonly sum?: number;
}

/**
 * A native histogram with custom bounds of a classic one: the finite bounds become `customValues`, the counts differences. Without
 * `count`, the highest bucket's is the total; a missing +Inf bucket is the total. Undefined when the counts are not cumulative.
 */
export function fromClassic({ buckets, count, sum }: ClassicHistogram): FloatHistogram | undefined {
  const sorted = [...buckets].sort((a, b) => a.le - b.le);
  const total = count ?? sorted.at(-1)?.count ?? 0;
  if (sorted.at(-1)?.le !== Number.POSITIVE_INFINITY) sorted.push({ le: Number.POSITIVE_INFINITY, count: total });
  const indices: number[] = [];
  const counts: number[] = [];
  const customValues: number[] = [];
  let before = 0;
  for (const [i, bucket] of sorted.entries()) {
    if (bucket.count < before) return undefined;
    if (bucket.le !== Number.POSITIVE_INFINITY) customValues.push(bucket.le);
    if (bucket.count > before) {
      indices.push(i);
      counts.push(bucket.count - before);
    }
    before = bucket.count;
  }
  if (count !== undefined && before > count) return undefined;
  return {
    counterResetHint: 'unknown',
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: total,
    sum: sum ?? 0,
    positiveSpans: toSpans(indices),
    positiveBuckets: counts,
    negativeSpans: [],
    negativeBuckets: [],
    customValues,
  };
}
