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
export { decodeRemoteWrite2 } from './remote-write/decode-v2.ts';
export type { DecodedBatch, RefusedSeries } from './remote-write/decoded-batch.ts';
export type { RemoteWriteSeries } from './remote-write/encode.ts';
export { encodeRemoteWrite1, encodeRemoteWrite2 } from './remote-write/encode.ts';
export { decodeSnappy, encodeSnappy } from './snappy/snappy.ts';

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
