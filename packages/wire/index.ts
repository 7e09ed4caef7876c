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
  SeriesRegistry,
} from '@petrel/model';
import type { DecodedBatch } from './remote-write/decoded-batch.ts';

export { BatchBuilder } from './batch/batch-builder.ts';
export { decodeBody } from './compression/body.ts';
export type { ScrapeAcceptOptions } from './exposition/content-type.ts';
export { expositionFormatOf, scrapeAcceptHeader } from './exposition/content-type.ts';
export { createExpositionParser } from './exposition/create-parser.ts';
export type {
  ExpositionEntry,
  ExpositionFormat,
  ExpositionOptions,
  ExpositionParser,
  ParsedExemplar,
} from './exposition/entry.ts';
export { decodeRemoteWrite1 } from './remote-write/decode-v1.ts';
export type { DecodedBatch, RefusedSeries } from './remote-write/decoded-batch.ts';
export { decodeSnappy, encodeSnappy } from './snappy/snappy.ts';

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
