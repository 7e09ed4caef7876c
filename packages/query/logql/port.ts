import type { Labels, LogColumns, LogPredicate, Matcher } from '@petrel/model';

/** Nanoseconds since the epoch, `[startNs, endNs)`. */
export interface LogTimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly signal?: AbortSignal;
}

export interface LogSelectRequest extends LogTimeRange {
  /** Streams that one of these matches entirely; an empty matcher list is every stream. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Lines that do not satisfy it are of no interest; a source may give more, so whoever asks tests again. Absent: every line. */
  readonly predicate?: LogPredicate;
  /** By time; lines of the same time in the same order whatever the direction's start. */
  readonly direction: 'forward' | 'backward';
  /** How many lines are likely to be read before the reader stops; a hint for the size of blocks. Absent: all. */
  readonly expected?: number;
  /** Only lines that came into the store after this; for live tails. */
  readonly receivedAfterMs?: number;
  /** Columns that are not asked for may be empty. Default: all. */
  readonly columns?: readonly ('line' | 'metadata' | 'level' | 'ids')[];
}

/** Counting in the database. Bucket k is `(startNs + k·bucketNs, startNs + (k + 1)·bucketNs]`: left-open, as the ranges of metric queries. */
export interface LogCountRequest {
  readonly selectors: readonly (readonly Matcher[])[];
  /** Exact here: a source that cannot test it exactly declines. */
  readonly predicate?: LogPredicate;
  readonly startNs: bigint;
  readonly bucketNs: bigint;
  readonly buckets: number;
  readonly count: 'lines' | 'bytes';
  /**
   * Names by which is counted: stream labels, metadata, `detected_level`. Absent: every one of them. Of a name that a line's stream and its metadata share,
   * the stream's value is that name's, and metadata's is `name_extracted`, as the pipeline has it.
   */
  readonly by?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface LogCountSeries {
  /** With empty values left out. */
  readonly labels: Labels;
  /** One for each bucket. */
  readonly counts: Float64Array;
}

export interface LogStats {
  readonly streams: number;
  readonly chunks: number;
  readonly entries: number;
  readonly bytes: number;
}

/**
 * What the log engine and Loki's API read from. A line's labels are its stream's, over which lies its structured metadata, `detected_level` among it (the level column,
 * where metadata does not name one itself). Everything rejects with PetrelError; an aborted signal with QUERY_CANCELED.
 */
export interface LogSource {
  /** Blocks of lines in the order of `direction`; a reader that stops iterating ends the reading. */
  select(request: LogSelectRequest): AsyncIterable<LogColumns>;
  /** Undefined: the source declines, use `select`. */
  count?(request: LogCountRequest): Promise<readonly LogCountSeries[] | undefined>;
  /** Label sets of streams with lines in the range (by day is enough), sorted. */
  streams(selectors: readonly (readonly Matcher[])[], range: LogTimeRange, limit?: number): Promise<readonly Labels[]>;
  /** Of stream labels; sorted. */
  labelNames(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<readonly string[]>;
  labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: LogTimeRange,
  ): Promise<readonly string[]>;
  stats(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<LogStats>;
}
