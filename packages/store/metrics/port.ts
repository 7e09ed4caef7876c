import type {
  Clock,
  Instruments,
  Labels,
  Logger,
  Matcher,
  MetricMetadata,
  SampleSink,
  SeriesColumns,
} from '@petrel/model';

export interface MetricStoreOptions {
  readonly clickhouseUrl: string;
  /** Name of the ClickHouse cluster on which tables are Replicated and Distributed; other servers may write there too. */
  readonly cluster?: string;
  /** Default `petrel`. */
  readonly database?: string;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly clock: Clock;
  readonly limits?: Partial<MetricStoreLimits>;
  readonly retention?: Retention;
  /** Acknowledge only what has reached the disk; default false. */
  readonly fsyncAfterInsert?: boolean;
}

export interface MetricStoreLimits {
  /** Samples accepted and not yet stored; default 128 MiB. */
  readonly inFlightBytes: number;
  /** Decoded columns kept for queries; default a sixteenth of the machine's memory, at most 512 MiB; 0 switches the cache off. */
  readonly cacheBytes: number;
  /** A grid is computed in the database when it would take more samples; default 20 million, or what the cache can hold. */
  readonly gridMinSamples: number;
  /** Labels of whole metrics kept for queries; default 64 MiB. */
  readonly labelCacheBytes: number;
  /** How long a write waits for others to share its insert; default 200. */
  readonly batchMs: number;
  /** A batch closes at this size; default 250,000. */
  readonly batchRows: number;
  /** Inserts under way at once; default 2. */
  readonly pipelined: number;
  /** How long a failed insert is tried again; default 10 s. */
  readonly retryForMs: number;
}

/** What is older, or (oldest first) beyond the size, goes; whole days at a time. Absent: kept. */
export interface Retention {
  readonly timeMs?: number;
  readonly sizeBytes?: number;
}

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly signal?: AbortSignal;
}

export interface SelectRequest extends TimeRange {
  readonly matchers: readonly Matcher[];
  readonly maxSamples: number;
  /** Will hardly be asked again, so it is not kept in memory. */
  readonly once?: boolean;
}

export interface GridRequest extends SelectRequest {
  readonly func: 'rate' | 'increase' | 'delta' | 'last' | 'irate' | 'idelta';
  readonly gridStartMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly windowMs: number;
  readonly sumBy?: { readonly without: boolean; readonly labels: readonly string[] };
}

export interface GridSeries {
  readonly labels: Labels;
  readonly values: Float64Array;
  /** 1 where there is a value. */
  readonly present: Uint8Array;
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly tMs: number; readonly value: number }[];
}

export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** What Prometheus's status/tsdb shows. */
export interface TsdbStats {
  readonly headSeries: number;
  readonly headLabelPairs: number;
  readonly chunkCount: number;
  /** Of the stored samples; undefined when there are none. */
  readonly minTimeMs: number | undefined;
  readonly maxTimeMs: number | undefined;
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  /** Bytes of the names and values. */
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  /** Names are `name=value`. */
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

/** Everything about metrics that ClickHouse keeps. Satisfies the query engine's MetricSource by shape. */
export interface MetricStore {
  readonly sink: SampleSink;
  select(request: SelectRequest): Promise<readonly SeriesColumns[]>;
  selectGrid(request: GridRequest): Promise<readonly GridSeries[] | undefined>;
  series(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly Labels[]>;
  labelNames(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly string[]>;
  labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly string[]>;
  exemplars(selectors: readonly (readonly Matcher[])[], range: TimeRange): Promise<readonly SeriesExemplars[]>;
  metadata(options: { metric?: string; limit?: number; limitPerMetric?: number }): Promise<readonly MetricMetadata[]>;
  /** `limit` entries of each list; default 10. */
  stats(limit?: number): Promise<TsdbStats>;
  /** See `MetricStoreOptions.fsyncAfterInsert`; for inserts from now on. */
  setFsyncAfterInsert(on: boolean): Promise<void>;
  setRetention(retention: Retention): void;
  /** Applies the retention now; it also runs by itself. */
  enforceRetention(): Promise<void>;
  /** Stores what is waiting. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}
