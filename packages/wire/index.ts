/**
 * Codecs between bytes and Petrel's columns: exposition formats, remote write, OTLP, and the compressions they travel in. Bytes
 * enter, batches (or callbacks) leave, and the other way round for what Petrel sends. Receivers, the SDK and the agent call. No
 * codec knows of HTTP or storage; every malformed input is a PetrelError with a 4xx status.
 */
export { BatchBuilder } from './batch/batch-builder.ts';
export { resolveSeries } from './batch/series-key.ts';
export { decodeBody } from './compression/body.ts';
export type { ScrapeAcceptOptions } from './exposition/content-type.ts';
export { expositionFormatOf, scrapeAcceptHeader } from './exposition/content-type.ts';
export { createExpositionParser } from './exposition/create-parser.ts';
export type { EncodeOptions } from './exposition/encode.ts';
export { encodeExposition, encodeFamily } from './exposition/encode.ts';
export type {
  ExpositionEntry,
  ExpositionFormat,
  ExpositionOptions,
  ExpositionParser,
  ParsedExemplar,
} from './exposition/entry.ts';
export type { EscapingScheme } from './exposition/escaping.ts';
export { escapeLabelName, escapeMetricName } from './exposition/escaping.ts';
export type { FamilyExemplar, FamilyMetric, MetricFamily } from './exposition/family.ts';
export type { NegotiatedFormat, NegotiationOffer } from './exposition/negotiate.ts';
export { negotiateExposition } from './exposition/negotiate.ts';
export { formatGoFloat, formatOpenMetricsFloat } from './exposition/number.ts';
export { validateOpenMetrics } from './exposition/strict-openmetrics.ts';
export { readTextFamilies } from './exposition/strict-text.ts';
export type { TranslationStrategy } from './otlp/naming.ts';
export type { OtlpTranslationOptions } from './otlp/options.ts';
export type { OtlpEncoding, OtlpRejection, OtlpResult } from './otlp/receiver.ts';
export { encodeOtlpResponse, OtlpMetricsReceiver } from './otlp/receiver.ts';
export { decodeRemoteWrite1 } from './remote-write/decode-v1.ts';
export { decodeRemoteWrite2 } from './remote-write/decode-v2.ts';
export type { DecodedBatch, RefusedSeries } from './remote-write/decoded-batch.ts';
export type { RemoteWriteSeries } from './remote-write/encode.ts';
export { encodeRemoteWrite1, encodeRemoteWrite2 } from './remote-write/encode.ts';
export { decodeSnappy, encodeSnappy } from './snappy/snappy.ts';
