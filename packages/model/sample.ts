import type { FloatHistogram } from './histogram.ts';
import type { Labels } from './labels.ts';

/**
 * Prometheus's staleness marker is one NaN among many: 0x7ff0000000000002. Numbers that pass through JavaScript
 * arithmetic or a `Float64Array` store may lose NaN payload bits, so values are moved and tested as pairs of 32-bit words
 * (little-endian machines: word 2i is the low one).
 */
export const STALE_NAN_LOW = 0x00000002;
export const STALE_NAN_HIGH = 0x7ff00000;

/** A view on the same memory as `values`, two words a value. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

export function isStaleAt(words: Uint32Array, index: number): boolean {
  return words[2 * index] === STALE_NAN_LOW && words[2 * index + 1] === STALE_NAN_HIGH;
}

export function setStaleAt(words: Uint32Array, index: number): void {
  words[2 * index] = STALE_NAN_LOW;
  words[2 * index + 1] = STALE_NAN_HIGH;
}

/** A native histogram at a time. `stale`: the marker (its sum is the stale NaN), `histogram` is then meaningless. */
export interface HistogramSample {
  readonly tMs: number;
  readonly histogram: FloatHistogram;
  readonly stale?: boolean;
  /** Start ("created") timestamp; absent when unknown. */
  readonly startTMs?: number;
}

export interface HistogramRow extends HistogramSample {
  /** Series reference, given out by the series registry. */
  readonly ref: number;
}

export interface ExemplarRow {
  readonly ref: number;
  readonly labels: Labels;
  readonly tMs: number;
  readonly value: number;
}

/** `type` as Prometheus's metadata API names it. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/**
 * What a receiver hands over: columns of equal `length` (arrays may be longer), in any order. A series is named by
 * its reference, which the registry gave out in this process (see `SeriesRegistry`).
 */
export interface SampleBatch {
  readonly length: number;
  readonly refs: Uint32Array;
  /** Milliseconds since the epoch, whole numbers. */
  readonly timestampsMs: Float64Array;
  /** Filled word by word (see `wordsOf`), so that staleness markers survive. */
  readonly values: Float64Array;
  /** Start timestamps in ms, 0 when unknown; absent when the protocol has none. */
  readonly startTimestampsMs?: Float64Array;
  readonly histograms?: readonly HistogramRow[];
  readonly exemplars?: readonly ExemplarRow[];
  readonly metadata?: readonly MetricMetadata[];
}

/**
 * Maps label sets to small integers that live as long as the process keeps the series warm. The pair (high, low) is any
 * 64-bit hash of the bytes that a protocol sent for the series (see `hash64`): the same bytes are looked up without decoding a
 * single string. Several hashes may lead to one reference.
 */
export interface SeriesRegistry {
  /** The reference, or -1 when these bytes are new (or were forgotten): then decode the labels and `register`. */
  find(hashHigh: number, hashLow: number): number;
  /** Idempotent. `labels` is the full set with `__name__`. */
  register(hashHigh: number, hashLow: number, labels: Labels): number;
  /** Labels of a live reference; for exemplars, forwarding and errors, not for hot paths. */
  labelsOf(ref: number): Labels;
}

/**
 * Where receivers put samples. Resolves when every row is in ClickHouse (2xx may be answered); rejects with a PetrelError
 * `STORE_UNAVAILABLE` or `STORE_OVERLOADED` (retryable, with retryAfterMs) and then the caller must not answer 2xx.
 */
export interface SampleSink {
  readonly registry: SeriesRegistry;
  write(batch: SampleBatch): Promise<void>;
}

/**
 * One series' samples within shared columns: `[from, to)` ascending by time, no duplicate times, staleness markers
 * included. `histograms` is ascending too; a time is in one of both at most.
 */
export interface SeriesColumns {
  readonly labels: Labels;
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  /** Parallel to `values`; 0 when unknown. */
  readonly startTsMs?: Float64Array;
  readonly histograms?: readonly HistogramSample[];
}
