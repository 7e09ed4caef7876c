import type { HttpClientConfig } from '@petrel/http';
import { Labels } from '@petrel/model';

/**
 * Configuration as this package wants it: Prometheus's meaning, camelCase names, durations in ms, sizes in bytes, every
 * default filled in (start from `defaultScrapeConfig` and its siblings), relative file names already joined with the folder
 * of the configuration. The loader parses YAML into these shapes; nothing here reads a file except the `…File` secrets,
 * which are read at every use, so that a rotated secret is picked up without a reload.
 */

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

/** One relabelling step; absent fields have Prometheus's defaults. Check with `validateRelabelConfig`. */
export interface RelabelConfig {
  readonly sourceLabels?: readonly string[];
  /** Default `;`. */
  readonly separator?: string;
  /** RE2, anchored at both ends. Default `(.*)`. */
  readonly regex?: string;
  /** For hashmod; a whole number above 0. */
  readonly modulus?: number;
  readonly targetLabel?: string;
  /** Default `$1`. */
  readonly replacement?: string;
  /** Default `replace`. */
  readonly action?: RelabelAction;
}

/** Which names are valid: anything in UTF-8 (Prometheus 3), or `[a-zA-Z_:][a-zA-Z0-9_:]*` only. */
export type NameValidationScheme = 'utf8' | 'legacy';

/** What is asked of a target whose names need escaping. */
export type NameEscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

export type ScrapeProtocol =
  | 'PrometheusProto'
  | 'OpenMetricsText0.0.1'
  | 'OpenMetricsText1.0.0'
  | 'PrometheusText0.0.4'
  | 'PrometheusText1.0.0';

/** Targets with the labels that they share. `source` names where they come from, e.g. the file; shown in errors. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface FileSdConfig {
  /** Paths that end in .json, .yml or .yaml; the last segment may hold a `*`. */
  readonly files: readonly string[];
  readonly refreshIntervalMs: number;
}

export interface HttpSdConfig {
  readonly url: string;
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}

export type DnsRecordType = 'SRV' | 'A' | 'AAAA' | 'MX' | 'NS';

export interface DnsSdConfig {
  readonly names: readonly string[];
  readonly type: DnsRecordType;
  /** Needed for every type but SRV. */
  readonly port?: number;
  readonly refreshIntervalMs: number;
}

export interface ScrapeConfig {
  readonly jobName: string;
  readonly scrapeIntervalMs: number;
  /** At most the interval. */
  readonly scrapeTimeoutMs: number;
  readonly metricsPath: string;
  readonly scheme: 'http' | 'https';
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  /** Used when a target sends no (or a strange) Content-Type; absent: such a scrape fails. */
  readonly fallbackScrapeProtocol?: ScrapeProtocol;
  readonly scrapeClassicHistograms: boolean;
  readonly scrapeNativeHistograms: boolean;
  readonly convertClassicHistogramsToNhcb: boolean;
  readonly enableCompression: boolean;
  readonly http: HttpClientConfig;
  /** Limits: 0 is no limit. */
  readonly bodySizeLimitBytes: number;
  readonly sampleLimit: number;
  readonly targetLimit: number;
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly nativeHistogramBucketLimit: number;
  readonly nativeHistogramMinBucketFactor: number;
  /** How many dropped targets are kept for showing; 0: all. */
  readonly keepDroppedTargets: number;
  readonly metricNameValidationScheme: NameValidationScheme;
  readonly metricNameEscapingScheme: NameEscapingScheme;
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly metricRelabelConfigs: readonly RelabelConfig[];
  readonly staticConfigs: readonly TargetGroup[];
  readonly fileSdConfigs: readonly FileSdConfig[];
  readonly httpSdConfigs: readonly HttpSdConfig[];
  readonly dnsSdConfigs: readonly DnsSdConfig[];
  /** Report scrape_timeout_seconds, scrape_sample_limit and scrape_body_size_bytes as well. */
  readonly extraScrapeMetrics: boolean;
}

export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** The order when native histograms are scraped: they travel as protobuf. */
export const PROTO_FIRST_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = ['PrometheusProto', ...DEFAULT_SCRAPE_PROTOCOLS];

export const DEFAULT_FILE_SD_REFRESH_MS = 5 * 60_000;
export const DEFAULT_HTTP_SD_REFRESH_MS = 60_000;
export const DEFAULT_DNS_SD_REFRESH_MS = 30_000;

/** Prometheus's defaults: every minute, 10 s of patience, `/metrics` over http. */
export function defaultScrapeConfig(jobName: string): ScrapeConfig {
  return {
    jobName,
    scrapeIntervalMs: 60_000,
    scrapeTimeoutMs: 10_000,
    metricsPath: '/metrics',
    scheme: 'http',
    params: {},
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    scrapeProtocols: DEFAULT_SCRAPE_PROTOCOLS,
    scrapeClassicHistograms: false,
    scrapeNativeHistograms: false,
    convertClassicHistogramsToNhcb: false,
    enableCompression: true,
    http: {},
    bodySizeLimitBytes: 0,
    sampleLimit: 0,
    targetLimit: 0,
    labelLimit: 0,
    labelNameLengthLimit: 0,
    labelValueLengthLimit: 0,
    nativeHistogramBucketLimit: 0,
    nativeHistogramMinBucketFactor: 0,
    keepDroppedTargets: 0,
    metricNameValidationScheme: 'utf8',
    metricNameEscapingScheme: 'allow-utf-8',
    relabelConfigs: [],
    metricRelabelConfigs: [],
    staticConfigs: [],
    fileSdConfigs: [],
    httpSdConfigs: [],
    dnsSdConfigs: [],
    extraScrapeMetrics: false,
  };
}

export interface QueueConfig {
  /** Samples that one shard may hold back. */
  readonly capacity: number;
  readonly minShards: number;
  readonly maxShards: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadlineMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryOnHttp429: boolean;
  /** Samples older than this are not sent any more; 0: never too old. */
  readonly sampleAgeLimitMs: number;
}

/** Prometheus's defaults (config.DefaultQueueConfig). */
export const DEFAULT_QUEUE_CONFIG: QueueConfig = {
  capacity: 10_000,
  minShards: 1,
  maxShards: 50,
  maxSamplesPerSend: 2_000,
  batchSendDeadlineMs: 5_000,
  minBackoffMs: 30,
  maxBackoffMs: 5_000,
  retryOnHttp429: false,
  sampleAgeLimitMs: 0,
};

export interface MetadataConfig {
  readonly send: boolean;
  readonly sendIntervalMs: number;
  readonly maxSamplesPerSend: number;
}

export const DEFAULT_METADATA_CONFIG: MetadataConfig = {
  send: true,
  sendIntervalMs: 60_000,
  maxSamplesPerSend: 2_000,
};

/** The two messages of remote write: 1.0 and 2.0. */
export type RemoteWriteMessage = 'prometheus.WriteRequest' | 'io.prometheus.write.v2.Request';

export interface RemoteWriteConfig {
  readonly url: string;
  /** Unique; where the configuration has none the loader leaves it out and the hash of the content stands in. */
  readonly name?: string;
  readonly remoteTimeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly writeRelabelConfigs: readonly RelabelConfig[];
  readonly sendExemplars: boolean;
  readonly sendNativeHistograms: boolean;
  readonly protobufMessage: RemoteWriteMessage;
  readonly queueConfig: QueueConfig;
  readonly metadataConfig: MetadataConfig;
  readonly http: HttpClientConfig;
}

/** Prometheus's defaults for one `remote_write` entry. */
export function defaultRemoteWriteConfig(url: string): RemoteWriteConfig {
  return {
    url,
    remoteTimeoutMs: 30_000,
    headers: {},
    writeRelabelConfigs: [],
    sendExemplars: false,
    sendNativeHistograms: false,
    protobufMessage: 'prometheus.WriteRequest',
    queueConfig: DEFAULT_QUEUE_CONFIG,
    metadataConfig: DEFAULT_METADATA_CONFIG,
    http: {},
  };
}

export type OtlpTranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

/** The `otlp:` block of prometheus.yml. */
export interface OtlpConfig {
  readonly promoteAllResourceAttributes: boolean;
  readonly promoteResourceAttributes: readonly string[];
  readonly ignoreResourceAttributes: readonly string[];
  readonly translationStrategy: OtlpTranslationStrategy;
  readonly keepIdentifyingResourceAttributes: boolean;
  readonly convertHistogramsToNhcb: boolean;
  readonly promoteScopeMetadata: boolean;
}

export const DEFAULT_OTLP_CONFIG: OtlpConfig = {
  promoteAllResourceAttributes: false,
  promoteResourceAttributes: [],
  ignoreResourceAttributes: [],
  translationStrategy: 'UnderscoreEscapingWithSuffixes',
  keepIdentifyingResourceAttributes: false,
  convertHistogramsToNhcb: false,
  promoteScopeMetadata: false,
};

/** All that this package takes from the configuration; a reload hands over a new one. */
export interface ReceiveConfig {
  readonly scrapeConfigs: readonly ScrapeConfig[];
  readonly remoteWrite: readonly RemoteWriteConfig[];
  /** Added to what is forwarded, never to what is stored. */
  readonly externalLabels: Labels;
  readonly otlp: OtlpConfig;
}

export const EMPTY_RECEIVE_CONFIG: ReceiveConfig = {
  scrapeConfigs: [],
  remoteWrite: [],
  externalLabels: Labels.EMPTY,
  otlp: DEFAULT_OTLP_CONFIG,
};
