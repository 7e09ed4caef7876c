import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '@petrel/model';

/** Whether the histogram has custom bucket boundaries (NHCB). */
export function usesCustomBuckets(h: { readonly schema: number }): boolean {
  return h.schema === CUSTOM_BUCKETS_SCHEMA;
}

/**
 * The upper bound of bucket `index` on the positive side. Exponential schemas: 2^(index · 2^-schema), the last finite one is the greatest
 * double. Custom: `customValues[index]`, beyond them +Inf, before them -Inf. Source: Prometheus, "Native Histograms" specification.
 */
export function upperBound(index: number, schema: number, customValues: readonly number[] = []): number {
  if (schema === CUSTOM_BUCKETS_SCHEMA) {
    return index < 0 ? Number.NEGATIVE_INFINITY : (customValues[index] ?? Number.POSITIVE_INFINITY);
  }
  const exponent = index * 2 ** -schema;
  if (exponent === 1024) return Number.MAX_VALUE;
  return 2 ** exponent;
}

/** One bucket with its borders; bounds are absolute (negative buckets have negative bounds, `lower` < `upper`). */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** Bucket indices with their counts, ascending, without the gaps. Shared by everything that walks or changes buckets. */
export interface SparseBuckets {
  readonly indices: readonly number[];
  readonly counts: readonly number[];
}

/** Spans and counts as one list of indexed counts; empty buckets that a span covers stay in it. */
export function sparse(
  spans: FloatHistogram['positiveSpans'],
  buckets: readonly number[],
): { indices: number[]; counts: number[] } {
  const indices: number[] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) indices.push(index++);
  }
  return { indices, counts: buckets.slice(0, indices.length) };
}

/** The inverse of `sparse`: one span for each run of adjacent indices. */
export function toSpans(indices: readonly number[]): { offset: number; length: number }[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indices) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}

/** The positive buckets from zero outwards (ascending), as stored, empty ones included. */
export function positiveBuckets(h: FloatHistogram): readonly Bucket[] {
  const { indices, counts } = sparse(h.positiveSpans, h.positiveBuckets);
  const custom = usesCustomBuckets(h);
  return indices.map((index, i) => {
    const lower = upperBound(index - 1, h.schema, h.customValues);
    const upper = upperBound(index, h.schema, h.customValues);
    const count = counts[i] as number;
    return custom
      ? { lower, upper, lowerInclusive: index === 0, upperInclusive: true, count }
      : { lower, upper, lowerInclusive: lower < 0, upperInclusive: upper > 0, count };
  });
}

/** The negative buckets from zero outwards (descending), as stored, empty ones included. */
export function negativeBuckets(h: FloatHistogram): readonly Bucket[] {
  const { indices, counts } = sparse(h.negativeSpans, h.negativeBuckets);
  return indices.map((index, i) => {
    const lower = -upperBound(index, h.schema);
    const upper = -upperBound(index - 1, h.schema);
    return { lower, upper, lowerInclusive: lower < 0, upperInclusive: upper > 0, count: counts[i] as number };
  });
}

export function zeroBucket(h: FloatHistogram): Bucket {
  const upper = h.zeroThreshold;
  return { lower: -upper, upper, lowerInclusive: true, upperInclusive: true, count: h.zeroCount };
}

/**
 * All buckets from the lowest values to the highest, the zero bucket between the sides when it is populated. Buckets that reach into the
 * zero bucket end at its border.
 */
export function allBuckets(h: FloatHistogram): readonly Bucket[] {
  const out: Bucket[] = [];
  const threshold = h.zeroThreshold;
  const negative = negativeBuckets(h);
  for (let i = negative.length - 1; i >= 0; i--) {
    const bucket = negative[i] as Bucket;
    out.push(bucket.upper > -threshold ? { ...bucket, upper: -threshold } : bucket);
  }
  if (h.zeroCount > 0) out.push(zeroBucket(h));
  const clip = !usesCustomBuckets(h);
  for (const bucket of positiveBuckets(h)) {
    out.push(clip && bucket.lower < threshold ? { ...bucket, lower: threshold } : bucket);
  }
  return out;
}
