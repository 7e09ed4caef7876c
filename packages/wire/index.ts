/**
 * Codecs between bytes and Petrel's columns: exposition formats, remote write, OTLP, and the compressions they travel in. Bytes
 * enter, batches (or callbacks) leave, and the other way round for what Petrel sends. Receivers, the SDK and the agent call. No
 * codec knows of HTTP or storage; every malformed input is a PetrelError with a 4xx status.
 */
import type {
  Clock,
  ExemplarRow,
  FloatHistogram,
  HistogramRow,
  Labels,
  MetricMetadata,
  MetricType,
  SampleBatch,
  SeriesRegistry,
} from '@petrel/model';

/** Growable columns that become a SampleBatch. */
export declare class BatchBuilder {
  constructor(capacity?: number);
  readonly length: number;
  add(ref: number, tMs: number, value: number, startTMs?: number): void;
  /** The value as two 32-bit words, so that a staleness marker survives. */
  addWords(ref: number, tMs: number, low: number, high: number, startTMs?: number): void;
  addStale(ref: number, tMs: number): void;
  addHistogram(row: HistogramRow): void;
  addExemplar(row: ExemplarRow): void;
  addMetadata(metadata: MetricMetadata): void;
  /** The batch so far; the builder starts afresh. */
  finish(): SampleBatch;
}

// --- exposition -----------------------------------------------------------------------------------------------------
export type ExpositionFormat = 'text' | 'openmetrics' | 'protobuf';
export type ExpositionEntry = 'series' | 'histogram' | 'type' | 'help' | 'unit' | 'comment' | 'eof';
export interface ParsedExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Absent: the sample's own time. */
  readonly tMs?: number;
}
/** Pull parser; every accessor speaks of the entry that the last `next()` announced. */
export interface ExpositionParser {
  /** Read it again after each `next()`: the protobuf parser renders series keys into a scratch buffer. */
  readonly bytes: Uint8Array;
  /** Throws PetrelError DECODE_FAILED; after that or 'eof' the parser is spent. */
  next(): ExpositionEntry;
  /** Range of `bytes` that identifies the series (metric and labels as written); hash it and look it up. */
  readonly seriesStart: number;
  readonly seriesEnd: number;
  /** The sample's value, and its two words for copying bits (staleness markers). */
  readonly value: number;
  readonly valueLow: number;
  readonly valueHigh: number;
  /** NaN when the line has none. */
  readonly timestampMs: number;
  /** 0 when unknown. From protobuf, or from `_created` lines when `createdAsStart` is set. */
  readonly startTimestampMs: number;
  readonly hasExemplar: boolean;
  /** Exemplars of the current series; allocates. */
  exemplars(): readonly ParsedExemplar[];
  /** Labels with `__name__`, `le` and `quantile` normalised as Prometheus does (`1` → `1.0`); allocates. */
  labels(): Labels;
  /** For 'histogram' entries. */
  histogram(): FloatHistogram;
  /** For 'type', 'help', 'unit'. */
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}
export interface ExpositionOptions {
  /** Fold OpenMetrics `_created` lines into `startTimestampMs` and leave them out. Default false: they are series. */
  readonly createdAsStart?: boolean;
}
export declare function createExpositionParser(
  bytes: Uint8Array,
  format: ExpositionFormat,
  options?: ExpositionOptions,
): ExpositionParser;
/** From a Content-Type header; `fallback` for a missing or unknown one, undefined without fallback. */
export declare function expositionFormatOf(
  contentType: string | undefined,
  fallback?: ExpositionFormat,
): ExpositionFormat | undefined;
/** The Accept header that a scrape sends. */
export declare function scrapeAcceptHeader(options?: { readonly nativeHistograms?: boolean }): string;

// --- compression ----------------------------------------------------------------------------------------------------
export declare function decodeSnappy(body: Uint8Array, maxBytes: number): Uint8Array;
export declare function encodeSnappy(body: Uint8Array): Uint8Array;
/** `encoding`: a Content-Encoding value (identity, gzip, deflate, zstd, snappy; '' is identity). */
export declare function decodeBody(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array>;

// --- remote write ---------------------------------------------------------------------------------------------------
export interface RefusedSeries {
  /** What is wrong and with which series, for the response body and the log. */
  readonly message: string;
  readonly samples: number;
}
export interface DecodedBatch {
  readonly batch: SampleBatch;
  readonly errors: readonly RefusedSeries[];
  /** Accepted, for the `X-Prometheus-Remote-Write-*-Written` headers. */
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}
/** `bytes`: the decompressed protobuf message. */
export declare function decodeRemoteWrite1(bytes: Uint8Array, registry: SeriesRegistry): DecodedBatch;
export declare function decodeRemoteWrite2(bytes: Uint8Array, registry: SeriesRegistry): DecodedBatch;
export interface RemoteWriteSeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly startTimestampsMs?: Float64Array;
  readonly histograms?: readonly Omit<HistogramRow, 'ref'>[];
  readonly exemplars?: readonly Omit<ExemplarRow, 'ref'>[];
  readonly metadata?: MetricMetadata;
}
export declare function encodeRemoteWrite1(
  series: readonly RemoteWriteSeries[],
  metadata?: readonly MetricMetadata[],
): Uint8Array;
export declare function encodeRemoteWrite2(series: readonly RemoteWriteSeries[]): Uint8Array;

// --- OTLP metrics ---------------------------------------------------------------------------------------------------
export type OtlpEncoding = 'protobuf' | 'json';
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';
export interface OtlpTranslationOptions {
  readonly strategy?: TranslationStrategy;
  readonly promoteResourceAttributes?: readonly string[];
  readonly promoteAllResourceAttributes?: boolean;
  readonly promoteScopeMetadata?: boolean;
  readonly keepIdentifyingResourceAttributes?: boolean;
  readonly convertHistogramsToNhcb?: boolean;
  /** Delta temporality: turned into cumulative with bounded state; without, delta points are refused. */
  readonly deltaToCumulative?: { readonly maxStreams: number; readonly idleMs: number };
}
export interface OtlpResult extends DecodedBatch {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}
/** Keeps the state of delta streams between requests; one for a process. */
export declare class OtlpMetricsReceiver {
  constructor(registry: SeriesRegistry, clock: Clock, options?: OtlpTranslationOptions);
  decode(body: Uint8Array, encoding: OtlpEncoding): OtlpResult;
}
export declare function encodeOtlpResponse(
  encoding: OtlpEncoding,
  rejected?: { readonly rejectedDataPoints: number; readonly errorMessage: string },
): Uint8Array;
export type { FloatHistogram };
