/**
 * The words that every package shares: labels, matchers, samples in columns, native histograms, errors, the clock. Pure, safe in a
 * browser, no input or output. Everything enters by value; everybody calls.
 */
export type { Alert, AlertSource } from './alert.ts';
export { alertNameOf, isResolvedAt } from './alert.ts';
export type {
  AlertingChanges,
  AlertingState,
  AlertingStateStore,
  FlapRow,
  GroupRow,
  NotificationRow,
} from './alerting-state.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { ErrorCode, PetrelErrorOptions } from './errors.ts';
export { ERROR_CATALOGUE, PetrelError } from './errors.ts';
export { fingerprintOf } from './fingerprint.ts';
export { hash64, hash64View } from './hash.ts';
export type { CounterResetHint, FloatHistogram, Span } from './histogram.ts';
export { CUSTOM_BUCKETS_SCHEMA } from './histogram.ts';
export type { Counter, Gauge, HistogramInstrument, Instruments } from './instruments.ts';
export { noInstruments } from './instruments.ts';
export { compareStrings, isLegacyLabelName, isLegacyMetricName, Labels, quote } from './labels.ts';
export type { Json, LedgerEntry, LedgerKind, LedgerQuery, LedgerReader } from './ledger.ts';
export type { LogBatch, LogColumns, LogLevel, LogPredicate, LogSink, MetadataColumn, TextColumn } from './log.ts';
export { LINE_LABELS, LOG_LEVELS } from './log.ts';
export type { Logger } from './logger.ts';
export { silentLogger } from './logger.ts';
export type { Matcher, MatchType } from './matcher.ts';
export { compileAnchored, compileMatcher, literalAlternatives, matcherToString, matchesAll } from './matcher.ts';
export type {
  ExemplarRow,
  HistogramRow,
  HistogramSample,
  MetricMetadata,
  MetricType,
  SampleBatch,
  SampleSink,
  SeriesColumns,
  SeriesRegistry,
} from './sample.ts';
export { isStaleAt, STALE_NAN_HIGH, STALE_NAN_LOW, setStaleAt, wordsOf } from './sample.ts';
export type { Silence, SilenceState } from './silence.ts';
export { silenceStateAt } from './silence.ts';
export type { Timers } from './timers.ts';
export { systemTimers } from './timers.ts';
