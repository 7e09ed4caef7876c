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
export { sanitiseLabelName } from './logs/label-name.ts';
export { levelCode, levelOfText } from './logs/level.ts';
export type { LogBatchBuilderOptions, LogLine } from './logs/log-batch-builder.ts';
export { LogBatchBuilder } from './logs/log-batch-builder.ts';
export type { LogLimits, LogRefusal, LogRefusalReason } from './logs/log-limits.ts';
export { DEFAULT_LOG_LIMITS, LogRefusals, TimeWindow } from './logs/log-limits.ts';
export { parseLogTime } from './logs/log-time.ts';
export type { LokiPushEntry, LokiPushStream } from './logs/loki-encode.ts';
export { encodeLokiPush } from './logs/loki-encode.ts';
export { decodeLokiJson } from './logs/loki-json.ts';
export type { DecodedLogs } from './logs/loki-proto.ts';
export { decodeLokiProtobuf, StreamLabelCache } from './logs/loki-proto.ts';
export { decodeOtlpLogsJson } from './logs/otlp/decode-json.ts';
export { decodeOtlpLogsProtobuf } from './logs/otlp/decode-proto.ts';
export type { OtlpLogRecord, OtlpResourceLogs, OtlpScopeLogs } from './logs/otlp/encode.ts';
export { encodeOtlpLogs } from './logs/otlp/encode.ts';
export type { OtlpLogOptions } from './logs/otlp/otlp-log-writer.ts';
export { DEFAULT_STREAM_ATTRIBUTES } from './logs/otlp/resource-labels.ts';
export type { RecognisedRecord } from './logs/recognise-record.ts';
export { recogniseRecord } from './logs/recognise-record.ts';
export { withService } from './logs/service-name.ts';
export { checkStreamLabels } from './logs/stream-labels.ts';
export type { TranslationStrategy } from './otlp/naming.ts';
export type { OtlpTranslationOptions } from './otlp/options.ts';
export type { OtlpEncoding, OtlpLogRejection, OtlpRejection, OtlpResult } from './otlp/receiver.ts';
export { encodeOtlpResponse, OtlpMetricsReceiver } from './otlp/receiver.ts';
export { decodeRemoteWrite1 } from './remote-write/decode-v1.ts';
export { decodeRemoteWrite2 } from './remote-write/decode-v2.ts';
export type { DecodedBatch, RefusedSeries } from './remote-write/decoded-batch.ts';
export type { RemoteWriteSeries } from './remote-write/encode.ts';
export { encodeRemoteWrite1, encodeRemoteWrite2 } from './remote-write/encode.ts';
export { decodeSnappy, encodeSnappy } from './snappy/snappy.ts';
