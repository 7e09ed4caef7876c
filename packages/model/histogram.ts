/** A run of consecutive buckets: `offset` is the gap to the previous span (the first: the bucket index itself). */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** `unknown` | `reset` | `not_reset` | `gauge`, as in Prometheus's model/histogram. */
export type CounterResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge';

/**
 * A native histogram with float counts; buckets hold absolute counts, not deltas. Source: Prometheus,
 * model/histogram.FloatHistogram. Schema -4…8 are exponential (base 2^(2^-schema)); schema -53 has custom
 * upper bounds in `customValues` (ascending, +Inf implied) and uses positive spans only.
 */
export interface FloatHistogram {
  readonly counterResetHint: CounterResetHint;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly Span[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly Span[];
  readonly negativeBuckets: readonly number[];
  readonly customValues: readonly number[];
}

/** The schema number of histograms with custom bucket boundaries (NHCB). */
export const CUSTOM_BUCKETS_SCHEMA = -53;
