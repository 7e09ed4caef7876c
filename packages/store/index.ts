/**
 * Columns of samples enter through `MetricStore.sink` and leave as columns through `select`, columns of log lines through `LogStore.sink` and its `select`; between
 * them stands ClickHouse, reached by its URL. The control store keeps small durable state in PostgreSQL, reached by its URL; the decision ledger goes from there to ClickHouse. apps/server opens them; query reads
 * through `query/promql/source.ts` and the port of `query/logql`; receivers write through the sinks.
 */

export type { LedgerOutbox, OutboxEntry, OutboxRange } from './control/ledger-outbox.ts';
export type { ControlStore, PushGroup } from './control/store.ts';
export { openControlStore } from './control/store.ts';
export type { KafkaConsumerStatus, KafkaSourceConfig, KafkaStore } from './kafka/index.ts';
export { openKafka } from './kafka/index.ts';
export type { LedgerStore, LedgerStoreOptions } from './ledger/port.ts';
export { openLedgerStore } from './ledger/store.ts';
export type { LogRetention, LogStore, LogStoreLimits, LogStoreOptions } from './logs/port.ts';
export { openLogStore } from './logs/store.ts';
export type {
  GridRequest,
  GridSeries,
  MetricStore,
  MetricStoreLimits,
  MetricStoreOptions,
  NamedCount,
  Retention,
  SelectRequest,
  SeriesExemplars,
  TimeRange,
  TsdbStats,
} from './metrics/port.ts';
export { DEFAULT_LIMITS, openMetricStore } from './metrics/store.ts';
