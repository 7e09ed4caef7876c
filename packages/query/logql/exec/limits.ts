/** What a LogQL query may cost. */
export interface LogqlLimits {
  /** Loki's query_timeout. */
  readonly timeoutMs: number;
  /** Series in an answer. Loki's max_query_series is 500; a screen shows no more than this. */
  readonly maxSeries: number;
  /** Points a series in a range query, as Loki's and Prometheus's APIs limit them. */
  readonly maxPoints: number;
  /** Lines that one query may read from the source before it is told to narrow its selector. */
  readonly maxLinesRead: number;
  /** Bytes of lines, as Loki's max_query_bytes_read. */
  readonly maxBytesRead: number;
  /** Numbers (8 bytes each) that metric queries may hold: 400 MB. */
  readonly maxValues: number;
  /** How long a histogram that cannot be counted in the database may read; then the newest buckets are answered. */
  readonly histogramBudgetMs: number;
  readonly maxConcurrent: number;
  /** Queries that may wait for their turn; further ones are refused with QUERY_QUEUE_FULL. */
  readonly maxQueued: number;
}

export const DEFAULT_LOGQL_LIMITS: LogqlLimits = {
  timeoutMs: 60_000,
  maxSeries: 5_000,
  maxPoints: 11_000,
  maxLinesRead: 100_000_000,
  maxBytesRead: 64 * 2 ** 30,
  maxValues: 50_000_000,
  histogramBudgetMs: 2_000,
  maxConcurrent: 20,
  maxQueued: 200,
};
