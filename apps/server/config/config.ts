import type { HttpClientConfig, TlsConfig } from '@petrel/http';
import type { Matcher } from '@petrel/model';
import type {
  DnsSdConfig,
  FileSdConfig,
  HttpSdConfig,
  NameEscapingScheme,
  NameValidationScheme,
  ReceiveConfig,
  RelabelConfig,
  ScrapeProtocol,
  TargetGroup,
} from '@petrel/receive';
import type { KafkaSourceConfig } from '@petrel/store';

/** The `global` block: what the scrape jobs inherit, and the pace of the rules. */
export interface GlobalConfig {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  /** Absent: the default order, with protobuf first for jobs that scrape native histograms. */
  readonly scrapeProtocols?: readonly ScrapeProtocol[];
  readonly evaluationIntervalMs: number;
  /** How far rules look back, so that late samples are there. */
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** Limits: 0 is no limit. */
  readonly bodySizeLimitBytes: number;
  readonly sampleLimit: number;
  readonly targetLimit: number;
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly keepDroppedTargets: number;
  readonly metricNameValidationScheme: NameValidationScheme;
  readonly metricNameEscapingScheme?: NameEscapingScheme;
  readonly scrapeNativeHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly convertClassicHistogramsToNhcb: boolean;
  readonly extraScrapeMetrics: boolean;
}

/** An Alertmanager elsewhere that alerts are sent to as well. */
export interface AlertmanagerConfig {
  readonly scheme: 'http' | 'https';
  readonly pathPrefix: string;
  readonly timeoutMs: number;
  readonly http: HttpClientConfig;
  readonly staticConfigs: readonly TargetGroup[];
  readonly fileSdConfigs: readonly FileSdConfig[];
  readonly httpSdConfigs: readonly HttpSdConfig[];
  readonly dnsSdConfigs: readonly DnsSdConfig[];
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly alertRelabelConfigs: readonly RelabelConfig[];
}

/** Alerts that agree in some labels and fire together become one. */
export interface AggregationConfig {
  readonly name: string;
  /** Which alerts are counted; none: all. */
  readonly matchers: readonly Matcher[];
  readonly groupBy: readonly string[];
  readonly windowMs: number;
  readonly threshold: number;
}

/** When an alert counts as flapping. */
export interface FlappingSection {
  readonly windowMs: number;
  readonly changes: number;
}

/** Where notifications may go. */
export interface EgressConfig {
  /** No loopback, link-local or private addresses. */
  readonly forbidPrivate: boolean;
  /** Hosts, addresses and CIDRs that are allowed all the same. */
  readonly allow: readonly string[];
}

export type MissingDataPolicy = 'keep' | 'resolve' | 'alert';

export interface AlertingConfig {
  /** An alertmanager.yml: Petrel's own routing. Absent: alerts are only shown. */
  readonly configFile?: string;
  readonly alertRelabelConfigs: readonly RelabelConfig[];
  readonly alertmanagers: readonly AlertmanagerConfig[];
  /** Of the default templates. */
  readonly language: 'en' | 'zh';
  /** What rules do that do not say: `petrel_missing_data` of a rule's annotations wins. */
  readonly missingData: MissingDataPolicy;
  readonly aggregation: readonly AggregationConfig[];
  readonly flapping?: FlappingSection;
  readonly egress: EgressConfig;
}

export interface StorageConfig {
  /** Samples older than this are deleted. */
  readonly retentionTimeMs: number;
  /** When the store grows beyond this the oldest partitions go; 0: no limit. */
  readonly retentionSizeBytes: number;
  /** 0: no limit. Share of the disk that the store may take, 0 to 100. */
  readonly retentionPercentage: number;
  /** Accepted for Prometheus's sake: Petrel takes late samples as far back as the retention goes. */
  readonly outOfOrderTimeWindowMs: number;
  readonly maxExemplars: number;
  /** Every insert reaches the disk before it is acknowledged: safe against power failure, and slower. */
  readonly fsyncAfterInsert: boolean;
}

/** One step of downsampling: points of this resolution, kept this long. */
export interface DownsampleConfig {
  readonly resolutionMs: number;
  readonly retentionMs: number;
}

/** Petrel's own spans, sent on to a collector by OTLP. */
export interface TracingConfig {
  readonly endpoint: string;
  readonly clientType: 'grpc' | 'http';
  /** 0 to 1. */
  readonly samplingFraction: number;
  readonly insecure: boolean;
  readonly tlsConfig?: TlsConfig;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression?: 'gzip';
  readonly timeoutMs: number;
}

/** Addresses `host:port`, or `off` for those that can be. */
export interface ListenConfig {
  readonly http: string;
  readonly otlpGrpc: string;
  /** Where people reach the server: links in notifications lead there. Absent: the address it listens on. */
  readonly externalUrl?: string;
}

export interface LimitsConfig {
  /** Received and not yet in the store; beyond it senders get 503 or 429. */
  readonly inFlightBytes: number;
  /** One request, decompressed. */
  readonly requestBodyBytes: number;
  readonly queryTimeoutMs: number;
  /** Samples that one query may hold at a time. */
  readonly queryMaxSamples: number;
  /** Steps of one series in one range query. */
  readonly queryMaxPoints: number;
  readonly queryConcurrency: number;
  /** How far back an instant vector looks for a sample. */
  readonly lookbackDeltaMs: number;
  /** Decoded samples kept in memory for queries. */
  readonly cacheBytes: number;
}

/** Streams that are kept for another time than the rest; of several that match, the highest priority counts. Names are Loki's. */
export interface LogRetentionStream {
  readonly selector: readonly Matcher[];
  readonly priority: number;
  readonly periodMs: number;
}

export interface SyslogListenerConfig {
  readonly listen: string;
  readonly protocol: 'tcp' | 'udp';
  /** Only with TCP. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly clientCaFile?: string };
}

/** Lines are cut as everywhere. */
export type KafkaLogsConfig = Omit<KafkaSourceConfig, 'maxLineBytes'>;

export interface LogsConfig {
  /** Rule files of Loki's ruler: groups whose expressions are LogQL. Patterns as in `rule_files`. */
  readonly ruleFiles: readonly string[];
  readonly retentionPeriodMs: number;
  readonly retentionStreams: readonly LogRetentionStream[];
  /** Longer lines are cut, with a mark. */
  readonly maxLineSizeBytes: number;
  /** Older lines are refused; 0: none. */
  readonly rejectOldSamplesMaxAgeMs: number;
  /** Lines further in the future are refused. */
  readonly creationGracePeriodMs: number;
  readonly syslog: readonly SyslogListenerConfig[];
  /** Topics that ClickHouse reads by itself. */
  readonly kafka: readonly KafkaLogsConfig[];
}

/** What is off unless it is named under `features`. The names are Prometheus's. */
export const FEATURES = [
  'promql-experimental-functions',
  'promql-duration-expr',
  'promql-extended-range-selectors',
  'promql-delayed-name-removal',
  'promql-per-step-stats',
  'promql-binop-fill-modifiers',
  'created-timestamp-zero-ingestion',
  'otlp-native-delta-ingestion',
  'otlp-deltatocumulative',
] as const;

export type Feature = (typeof FEATURES)[number];

/**
 * The effective configuration, every default filled in and every relative path joined with the folder of its file. It is a
 * `ReceiveConfig` as it stands.
 */
export interface PetrelConfig extends ReceiveConfig {
  /** The file it came from; absent when these are the defaults. */
  readonly file?: string;
  readonly global: GlobalConfig;
  /** Path patterns, the last segment may hold a `*`; `expandPattern` gives the files. */
  readonly ruleFiles: readonly string[];
  readonly alerting: AlertingConfig;
  readonly storage: StorageConfig;
  readonly logs: LogsConfig;
  readonly downsample: readonly DownsampleConfig[];
  readonly tracing?: TracingConfig;
  readonly listen: ListenConfig;
  readonly limits: LimitsConfig;
  readonly features: readonly Feature[];
}

const MIB = 1024 * 1024;

export const DEFAULT_GLOBAL_CONFIG: GlobalConfig = {
  scrapeIntervalMs: 60_000,
  scrapeTimeoutMs: 10_000,
  evaluationIntervalMs: 60_000,
  ruleQueryOffsetMs: 0,
  externalLabels: {},
  bodySizeLimitBytes: 0,
  sampleLimit: 0,
  targetLimit: 0,
  labelLimit: 0,
  labelNameLengthLimit: 0,
  labelValueLengthLimit: 0,
  keepDroppedTargets: 0,
  metricNameValidationScheme: 'utf8',
  scrapeNativeHistograms: false,
  alwaysScrapeClassicHistograms: false,
  convertClassicHistogramsToNhcb: false,
  extraScrapeMetrics: false,
};

export const DEFAULT_ALERTING_CONFIG: AlertingConfig = {
  alertRelabelConfigs: [],
  alertmanagers: [],
  language: 'en',
  missingData: 'resolve',
  aggregation: [],
  egress: { forbidPrivate: false, allow: [] },
};

/** 15 days, as Prometheus; its circular buffer of exemplars is a table here, so their number is not limited by default. */
export const DEFAULT_STORAGE_CONFIG: StorageConfig = {
  retentionTimeMs: 15 * 86_400_000,
  retentionSizeBytes: 0,
  retentionPercentage: 0,
  outOfOrderTimeWindowMs: 0,
  maxExemplars: 0,
  fsyncAfterInsert: false,
};

/** 31 days; the other values are Loki's, but for the age: what a retention keeps may come late. */
export const DEFAULT_LOGS_CONFIG: LogsConfig = {
  ruleFiles: [],
  retentionPeriodMs: 31 * 86_400_000,
  retentionStreams: [],
  maxLineSizeBytes: 256 * 1024,
  rejectOldSamplesMaxAgeMs: 0,
  creationGracePeriodMs: 10 * 60_000,
  syslog: [],
  kafka: [],
};

export const DEFAULT_LISTEN_CONFIG: ListenConfig = { http: '127.0.0.1:7070', otlpGrpc: '127.0.0.1:4317' };

/** The query limits are Prometheus's; the sizes suit a machine of 2 GB. */
export const DEFAULT_LIMITS_CONFIG: LimitsConfig = {
  inFlightBytes: 256 * MIB,
  requestBodyBytes: 64 * MIB,
  queryTimeoutMs: 120_000,
  queryMaxSamples: 50_000_000,
  queryMaxPoints: 11_000,
  queryConcurrency: 20,
  lookbackDeltaMs: 300_000,
  cacheBytes: 256 * MIB,
};
