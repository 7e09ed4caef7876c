import type { Labels, LogLevel } from '@petrel/model';
import type { QueryOptions, QueryResult } from '../promql/result.ts';
import type { LogPlan } from './plan/log-plan.ts';

export interface LogResultLine {
  readonly tsNs: bigint;
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
  /** All of them merged. */
  readonly labels: Labels;
  readonly level: LogLevel;
  readonly traceId: string;
  readonly spanId: string;
}

export interface LogsResult {
  /** In the order of the direction. */
  readonly lines: readonly LogResultLine[];
  readonly stats: LogStatsOfQuery;
}

/** What a query cost: lines and bytes that were read from the source and went through the stages. */
export interface LogStatsOfQuery {
  readonly linesRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface LogsRequest extends QueryOptions {
  readonly plan: LogPlan;
  /** `[startNs, endNs)`. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
  /** Loki's `interval`: a line must be at least so far from the one before it in the answer, of whatever stream; 0: every line. */
  readonly intervalNs?: bigint;
  readonly receivedAfterMs?: number;
}

/** Lines by level and time, for histograms. */
export interface LogHistogramRequest extends QueryOptions {
  readonly plan: LogPlan;
  readonly startNs: bigint;
  readonly bucketNs: bigint;
  readonly buckets: number;
}

export interface LogHistogram {
  /** By severity; levels without a line are left out. `counts[k]` is of bucket k. */
  readonly levels: readonly { readonly level: LogLevel; readonly counts: Float64Array }[];
  /** False where reading was ended by its limit; then the newest buckets are right. */
  readonly complete: boolean;
}

/** Metric queries answer as PromQL's engine does, so that rules and charts take both. Rejects with LOGQL_PARSE, LOGQL_EXEC, QUERY_LIMIT, QUERY_TIMEOUT, QUERY_CANCELED. */
export interface LogqlEngine {
  logs(request: LogsRequest): Promise<LogsResult>;
  /** Processed lines as they are read, without a limit: for field statistics and patterns. Whoever stops iterating ends the reading. */
  lines(request: Omit<LogsRequest, 'limit'> & { readonly expected?: number }): AsyncIterable<readonly LogResultLine[]>;
  histogram(request: LogHistogramRequest): Promise<LogHistogram>;
  instant(request: { query: string; timeMs: number } & QueryOptions): Promise<QueryResult>;
  range(
    request: { query: string; startMs: number; endMs: number; stepMs: number } & QueryOptions,
  ): Promise<QueryResult>;
}
