import type { Clock, Instruments, Labels, LogColumns, Logger, LogPredicate, LogSink, Matcher } from '@petrel/model';

export interface LogStoreOptions {
  readonly clickhouseUrl: string;
  /** Name of the ClickHouse cluster on which tables are Replicated and Distributed; other servers may write there too. */
  readonly cluster?: string;
  /** Default `petrel`. */
  readonly database?: string;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly clock: Clock;
  readonly limits?: Partial<LogStoreLimits>;
  readonly retention?: LogRetention;
}

export interface LogStoreLimits {
  /** Lines accepted and not yet stored; default 256 MiB. */
  readonly inFlightBytes: number;
  /** How long a write waits for others to share its insert; default 200. */
  readonly batchMs: number;
  /** A batch closes at this size; default 200,000 lines. */
  readonly batchRows: number;
  /** A batch of so many lines closes when nothing more has come for so long; default 5,000 lines and 20 ms. */
  readonly calm: { readonly rows: number; readonly calmMs: number };
  /** A batch closes when it takes so much memory; default 64 MiB. */
  readonly batchBytes: number;
  /** Inserts under way at once; default 2. */
  readonly pipelined: number;
  /** How long a failed insert is tried again; default 10 s. */
  readonly retryForMs: number;
  /** Streams that are remembered as written; default 200,000. */
  readonly bookedStreams: number;
  /** Rows of a stream and day that are kept for queries; default 200,000. */
  readonly cachedStreams: number;
}

/**
 * How long lines are kept, as Loki's limits_config has it: a stream's period is that of the first rule of the highest priority whose selector matches it, or else
 * `periodMs`. Absent or 0: kept.
 */
export interface LogRetention {
  readonly periodMs?: number;
  readonly streams?: readonly LogStreamRetention[];
}

export interface LogStreamRetention {
  readonly selector: readonly Matcher[];
  readonly priority: number;
  readonly periodMs: number;
}

/** Nanoseconds since the epoch, `[startNs, endNs)`. */
export interface LogTimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly signal?: AbortSignal;
}

export interface LogSelectRequest extends LogTimeRange {
  /** Streams that one of these matches entirely; an empty list, or an empty matcher list, is every stream. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly predicate?: LogPredicate;
  readonly direction: 'forward' | 'backward';
  readonly expected?: number;
  /** By ClickHouse's clock, and of the moment when the insert began: a line is visible as much later as its insert takes. */
  readonly receivedAfterMs?: number;
  readonly columns?: readonly ('line' | 'metadata' | 'level' | 'ids')[];
}

/** Bucket k is `(startNs + k·bucketNs, startNs + (k + 1)·bucketNs]`. */
export interface LogCountRequest {
  readonly selectors: readonly (readonly Matcher[])[];
  readonly predicate?: LogPredicate;
  readonly startNs: bigint;
  readonly bucketNs: bigint;
  readonly buckets: number;
  readonly count: 'lines' | 'bytes';
  readonly by?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface LogCountSeries {
  readonly labels: Labels;
  readonly counts: Float64Array;
}

export interface LogStats {
  readonly streams: number;
  readonly chunks: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Everything about logs that ClickHouse keeps. Satisfies the log engine's LogSource by shape. Everything rejects with PetrelError. */
export interface LogStore {
  readonly sink: LogSink;
  /** Exactly the lines that satisfy the predicate. Lines of one time and stream stand in the order in which they came; backward is forward reversed. */
  select(request: LogSelectRequest): AsyncIterable<LogColumns>;
  /** Never declines. `QUERY_LIMIT` beyond a million pairs of labels and bucket. */
  count(request: LogCountRequest): Promise<readonly LogCountSeries[]>;
  streams(selectors: readonly (readonly Matcher[])[], range: LogTimeRange, limit?: number): Promise<readonly Labels[]>;
  labelNames(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<readonly string[]>;
  labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: LogTimeRange,
  ): Promise<readonly string[]>;
  /** Exact for the range; a chunk is what a stream has on a day. */
  stats(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<LogStats>;
  /** See `fsyncAfterInsert` of the metric store, which switches it for all tables of the database. */
  setFsyncAfterInsert(on: boolean): Promise<void>;
  /** True where lines reach the tables without passing here, as from Kafka; on a cluster it always is. New streams are then found after two seconds. */
  setOthersWrite(othersWrite: boolean): void;
  setRetention(retention: LogRetention): void;
  /** Applies the retention now; it also runs by itself. */
  enforceRetention(): Promise<void>;
  /** Stores what is waiting. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}
