/** Petrel's own endpoints for logs, under `/api/v1/petrel/logs`. Every one takes `query` and `language` (`logql`, `kql` or `lucene`; default `logql`), in the address or as a form by POST; an empty query is every line. Answers stand inside Prometheus's envelope `{"status":"success","data":…}`. */

export type LogLanguage = 'logql' | 'kql' | 'lucene';

/** `GET …/query?query&language&start&end&limit&direction`: times as Loki takes them, `[start, end)`; `direction` backward (default) or forward. */
export interface LogLinesAnswer {
  readonly lines: readonly LogLineView[];
  /** The limit cut the answer; ask on with `end` (backward) or `start` (forward) at the last line's time. */
  readonly more: boolean;
  readonly stats: { readonly linesRead: number; readonly bytesRead: number; readonly elapsedMs: number };
}

export interface LogLineView {
  /** Nanoseconds since the epoch, as text. */
  readonly tsNs: string;
  readonly line: string;
  readonly level: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly stream: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** What the query's stages extracted. */
  readonly parsed: Readonly<Record<string, string>>;
}

/** `GET …/histogram?query&language&start&end&buckets`: lines over time by level. For a LogQL metric query use `/loki/api/v1/query_range`. */
export interface LogHistogramAnswer {
  /** Of bucket 0. Buckets are as long as a round step that gives at most the number asked for. */
  readonly startMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
  /** By severity, ascending; levels without a line are left out. */
  readonly levels: readonly { readonly level: string; readonly counts: readonly number[] }[];
  readonly total: number;
  /** False: counting took too long and ended; the newest buckets are right. */
  readonly complete: boolean;
}

/** `GET …/fields?query&language&start&end&sample`: what the newest lines (at most `sample`, default 2,000) have in them. */
export interface LogFieldsAnswer {
  readonly sampled: number;
  /** Most frequent first. */
  readonly fields: readonly LogFieldView[];
}

export interface LogFieldView {
  /** As KQL names it: dots between the levels of a document. */
  readonly name: string;
  readonly from: 'stream' | 'metadata' | 'line';
  readonly type: 'string' | 'number' | 'boolean' | 'duration' | 'bytes';
  /** Lines that have it. */
  readonly count: number;
  readonly distinct: number;
  /** The ten most frequent values. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Of numbers. */
  readonly range?: { readonly min: number; readonly max: number; readonly average: number };
}

/** `GET …/patterns?query&language&start&end&buckets`: lines clustered into templates, most frequent first. */
export interface LogPatternsAnswer {
  readonly startMs: number;
  readonly bucketMs: number;
  /** Lines that were looked at; where it is less than what matched, counts are of these. */
  readonly sampled: number;
  readonly patterns: readonly LogPatternView[];
}

export interface LogPatternView {
  /** Variable parts are `<_>`, as `|>` takes them. */
  readonly pattern: string;
  readonly level: string;
  readonly count: number;
  readonly counts: readonly number[];
  readonly example: string;
}

/**
 * `WS …/tail?query&language&limit&start`: first the newest lines, then what comes in. Loki's own tail is at `/loki/api/v1/tail`. A query that does not parse is answered before
 * the upgrade, with 400.
 */
export interface LogTailMessage {
  /** Oldest first. */
  readonly lines: readonly LogLineView[];
  /** Lines left out because the reader was too slow or more came than is shown. */
  readonly dropped: number;
}

/** Errors are those of Prometheus's envelope (`{"status":"error","errorType","error","code"}`); where the query is at fault, `position` says where: UTF-16 units, `to` exclusive. */
export interface LogQueryErrorView {
  readonly error: string;
  readonly code: string;
  readonly position?: { readonly from: number; readonly to: number };
}
