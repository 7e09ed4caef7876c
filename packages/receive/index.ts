/**
 * Where samples and log lines come in. Scraped targets, remote write requests, OTLP exports, pushed groups and log shippers' requests enter; batches of columns
 * leave through the `SampleSink` and `LogSink` ports of the model, and the forwarder sends a copy on to other servers. apps/server builds
 * everything here and hands in sink, clock, logger and instruments; packages/api asks the status surface of scraping.
 */

export type { ReceiveAnswer, ReceiveRequest } from './answer.ts';
export type {
  DnsRecordType,
  DnsSdConfig,
  FileSdConfig,
  HttpSdConfig,
  MetadataConfig,
  NameEscapingScheme,
  NameValidationScheme,
  OtlpConfig,
  OtlpTranslationStrategy,
  QueueConfig,
  ReceiveConfig,
  RelabelAction,
  RelabelConfig,
  RemoteWriteConfig,
  RemoteWriteMessage,
  ScrapeConfig,
  ScrapeProtocol,
  TargetGroup,
} from './config.ts';
export {
  DEFAULT_DNS_SD_REFRESH_MS,
  DEFAULT_FILE_SD_REFRESH_MS,
  DEFAULT_HTTP_SD_REFRESH_MS,
  DEFAULT_METADATA_CONFIG,
  DEFAULT_OTLP_CONFIG,
  DEFAULT_QUEUE_CONFIG,
  DEFAULT_SCRAPE_PROTOCOLS,
  defaultRemoteWriteConfig,
  defaultScrapeConfig,
  EMPTY_RECEIVE_CONFIG,
  PROTO_FIRST_SCRAPE_PROTOCOLS,
} from './config.ts';
export type { ElasticsearchHandler } from './elasticsearch/index.ts';
export { createElasticsearchHandler, elasticsearchDoors, isElasticsearchClient } from './elasticsearch/index.ts';
export type { ForwarderOptions, RemoteStatus } from './forward/index.ts';
export { Forwarder } from './forward/index.ts';
export type { LogReceiverOptions } from './logs/index.ts';
export type { LokiPushHandler } from './loki/index.ts';
export { createLokiPushHandler } from './loki/index.ts';
export type { NdjsonHandler } from './ndjson/index.ts';
export { createNdjsonHandler } from './ndjson/index.ts';
export type {
  LogsExport,
  MetricsExport,
  OtlpGrpcOptions,
  OtlpGrpcServer,
  OtlpGrpcService,
  OtlpHttpHandler,
  OtlpLogsOptions,
  OtlpMetricsOptions,
} from './otlp/index.ts';
export {
  createOtlpHttpHandler,
  createOtlpLogs,
  createOtlpMetrics,
  otlpLogsService,
  otlpMetricsService,
  startOtlpGrpc,
} from './otlp/index.ts';
export type { PushGatewayOptions, PushGroup, PushGroupStore, PushRequest } from './pushgateway/index.ts';
export { PushGateway } from './pushgateway/index.ts';
export type { Relabel } from './relabel/index.ts';
export { compileRelabel, isValidLabelName, validateRelabelConfig } from './relabel/index.ts';
export type { RemoteWriteReceiver, RemoteWriteReceiverOptions } from './remote-write/index.ts';
export { createRemoteWriteReceiver } from './remote-write/index.ts';
export type {
  ActiveTarget,
  DroppedTarget,
  ScrapeManagerOptions,
  TargetHealth,
  TargetMetadataRow,
} from './scrape/index.ts';
export { ScrapeManager } from './scrape/index.ts';
export type { SyslogServer } from './syslog/index.ts';
export { startSyslog } from './syslog/index.ts';
