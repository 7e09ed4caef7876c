/**
 * The JSON that the HTTP API answers, as types for the web app. Source: Prometheus 3, web/api/v1, plus `PetrelStatus`, which is
 * ours (`GET /api/v1/petrel/status`). Times in seconds are floats, sample values are strings ("1.5", "NaN", "+Inf").
 */
export type ApiAnswer<T> = ApiSuccess<T> | ApiFailure;

export interface ApiSuccess<T> {
  readonly status: 'success';
  readonly data: T;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export type ApiErrorType =
  | 'bad_data'
  | 'forbidden'
  | 'execution'
  | 'timeout'
  | 'canceled'
  | 'internal'
  | 'unavailable'
  | 'not_found'
  | 'not_acceptable';

export interface ApiFailure {
  readonly status: 'error';
  readonly errorType: ApiErrorType;
  readonly error: string;
  /** Petrel's stable error code, e.g. `PROMQL_PARSE`. */
  readonly code?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export type LabelSet = Readonly<Record<string, string>>;

/** `[seconds, value]`. */
export type SamplePair = readonly [number, string];

/**
 * Boundaries: 0 = (lower, upper], 1 = [lower, upper), 2 = open on both sides, 3 = closed on both sides. Then lower, upper, count.
 */
export type HistogramBucket = readonly [0 | 1 | 2 | 3, string, string, string];

export interface HistogramValue {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly HistogramBucket[];
}

export type HistogramPair = readonly [number, HistogramValue];

export interface InstantSeries {
  readonly metric: LabelSet;
  readonly value?: SamplePair;
  readonly histogram?: HistogramPair;
}

export interface RangeSeries {
  readonly metric: LabelSet;
  readonly values?: readonly SamplePair[];
  readonly histograms?: readonly HistogramPair[];
}

/** `data` of `/api/v1/query` and `/api/v1/query_range`. */
export type QueryData = (
  | { readonly resultType: 'vector'; readonly result: readonly InstantSeries[] }
  | { readonly resultType: 'matrix'; readonly result: readonly RangeSeries[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: SamplePair }
) & { readonly stats?: QueryStatsData };

/** With `stats=all` or any other value of `stats`. Times in seconds. */
export interface QueryStatsData {
  readonly timings: {
    readonly evalTotalTime: number;
    readonly resultSortTime: number;
    readonly queryPreparationTime: number;
    readonly innerEvalTime: number;
    readonly execQueueTime: number;
    readonly execTotalTime: number;
  };
  readonly samples: { readonly totalQueryableSamples: number; readonly peakSamples: number };
}

export type TargetHealthName = 'up' | 'down' | 'unknown';

/** One entry of `activeTargets` of `/api/v1/targets`. */
export interface ActiveTargetData {
  /** As discovery found it, before relabelling. */
  readonly discoveredLabels: LabelSet;
  readonly labels: LabelSet;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  /** '' when the last scrape worked. */
  readonly lastError: string;
  /** RFC 3339; `0001-01-01T00:00:00Z` before the first scrape. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: TargetHealthName;
  /** A Prometheus duration, `15s`. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface DroppedTargetData {
  readonly discoveredLabels: LabelSet;
  readonly scrapePool: string;
}

export interface TargetsData {
  readonly activeTargets: readonly ActiveTargetData[];
  readonly droppedTargets: readonly DroppedTargetData[];
  /** By scrape pool; counts those too that were not kept for showing. */
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

export interface ScrapePoolsData {
  readonly scrapePools: readonly string[];
}

export interface MetadataEntry {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** `data` of `/api/v1/metadata`. */
export type MetadataData = Readonly<Record<string, readonly MetadataEntry[]>>;

export interface TargetMetadataEntry extends MetadataEntry {
  readonly target: LabelSet;
  readonly metric?: string;
}

export interface ExemplarSeries {
  readonly seriesLabels: LabelSet;
  readonly exemplars: readonly { readonly labels: LabelSet; readonly value: string; readonly timestamp: number }[];
}

export interface BuildInfoData {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
  /** Ours: `petrel`. */
  readonly program?: string;
  readonly nodeVersion?: string;
}

export interface RuntimeInfoData {
  /** RFC 3339. */
  readonly startTime: string;
  readonly CWD: string;
  readonly hostname: string;
  readonly serverTime: string;
  readonly reloadConfigSuccess: boolean;
  readonly lastConfigTime: string;
  readonly corruptionCount: number;
  readonly goroutineCount: number;
  readonly GOMAXPROCS: number;
  readonly GOMEMLIMIT: number;
  readonly GOGC: string;
  readonly GODEBUG: string;
  readonly storageRetention: string;
}

export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

export interface TsdbStatusData {
  readonly headStats: {
    readonly numSeries: number;
    readonly numLabelPairs: number;
    readonly chunkCount: number;
    /** Milliseconds. */
    readonly minTime: number;
    readonly maxTime: number;
  };
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

export interface ConfigData {
  /** The configuration as YAML, secrets hidden. */
  readonly yaml: string;
}

export type FlagsData = Readonly<Record<string, string>>;

/** `data` of `GET /api/v1/petrel/status`: one look at the whole server. */
export interface PetrelStatus {
  readonly version: string;
  /** RFC 3339. */
  readonly startTime: string;
  readonly ready: boolean;
  /** Why it is not ready; '' when it is. */
  readonly notReadyReason: string;
  readonly listen: string;
  readonly dataDir: string;
  readonly configFile: string;
  /** Of the configuration as it runs. */
  readonly configWarnings: readonly string[];
  readonly lastReload: { readonly ok: boolean; readonly time: string; readonly error: string };
  readonly retention: string;
  readonly stores: readonly StoreStatus[];
  readonly targets: { readonly up: number; readonly down: number; readonly unknown: number };
  /** Resident memory of the server's process in bytes. */
  readonly memory: number;
}

export interface StoreStatus {
  readonly name: 'clickhouse' | 'postgres';
  readonly embedded: boolean;
  readonly state: 'external' | 'starting' | 'ready' | 'restarting' | 'stopped';
  /** Resident memory in bytes; 0 when it is not ours or not known. */
  readonly memory: number;
}
