import type { Labels } from './labels.ts';

/** The levels that log lines are sorted into, by severity; the place in the list is the code that columns hold. Names as Loki's `detected_level` has them. */
export const LOG_LEVELS = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'critical', 'fatal'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Labels that belong to a line, wherever a sender put them: as labels of a stream each would make a stream of its own. They are kept as structured metadata, and a selector
 * that names one asks the lines.
 */
export const LINE_LABELS: ReadonlySet<string> = new Set([
  'trace_id',
  'traceid',
  'traceId',
  'traceID',
  'span_id',
  'spanid',
  'spanId',
  'spanID',
  'request_id',
  'requestid',
  'requestId',
  'requestID',
]);

/** Texts of many rows, one after another as UTF-8: row i is `bytes[ends[i - 1] ?? 0, ends[i])`. Both arrays may be longer than what is used. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/**
 * Structured metadata of many lines (OpenTelemetry calls them attributes): line i has the pairs `[ends[i - 1] ?? 0, ends[i])`; the name of pair j is
 * `names[nameOf[j]]`, its value is row j of `values`. A name occurs at most once a line; pairs with an empty value are left out.
 */
export interface MetadataColumn {
  readonly ends: Uint32Array;
  readonly names: readonly string[];
  readonly nameOf: Uint32Array;
  readonly values: TextColumn;
}

/**
 * What a receiver hands over: columns of `length` lines (arrays may be longer), in any order. `levels`, `traceIds` and `spanIds` are what was recognised
 * in the line, its metadata or its stream; they are for finding lines, and take nothing away from where it was found.
 */
export interface LogBatch {
  readonly length: number;
  /** The label sets that occur, each once. */
  readonly streams: readonly Labels[];
  /** The place in `streams` of each line. */
  readonly streamOf: Uint32Array;
  /** Nanoseconds since the epoch. */
  readonly timestampsNs: BigInt64Array;
  /** The lines as they came: text, or a document as JSON. */
  readonly bodies: TextColumn;
  readonly metadata: MetadataColumn;
  /** Codes of LOG_LEVELS. */
  readonly levels: Uint8Array;
  /** As they came, lower case; empty where there is none. */
  readonly traceIds: TextColumn;
  readonly spanIds: TextColumn;
}

/**
 * Where receivers put log lines. Resolves when every line is in ClickHouse (2xx may be answered); rejects with a PetrelError
 * `STORE_UNAVAILABLE`, `STORE_OVERLOADED` or `STORE_DISK_FULL` (retryable, with retryAfterMs) and then the caller must not answer 2xx.
 */
export interface LogSink {
  write(batch: LogBatch): Promise<void>;
}

/**
 * What the store is asked about a line. `line` tests the body: `contains` is a substring of bytes, `matches` an unanchored RE2 expression; `ignoreCase` folds as
 * RE2's `(?i)`. `metadata` tests the value of one name ('' where absent); `=~` and `!~` are anchored. `level`, `trace` and `span` test the columns.
 */
export type LogPredicate =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LogPredicate[] }
  | { readonly kind: 'not'; readonly part: LogPredicate }
  | { readonly kind: 'line'; readonly op: 'contains' | 'matches'; readonly text: string; readonly ignoreCase?: boolean }
  | { readonly kind: 'metadata'; readonly name: string; readonly op: '=' | '!=' | '=~' | '!~'; readonly value: string }
  | { readonly kind: 'level'; readonly levels: readonly LogLevel[] }
  | { readonly kind: 'trace' | 'span'; readonly id: string };

/** Lines read from a store, in the order asked for. Texts are decoded when they are asked for. */
export interface LogColumns {
  readonly length: number;
  readonly streams: readonly Labels[];
  readonly streamOf: Uint32Array;
  readonly timestampsNs: BigInt64Array;
  readonly levels: Uint8Array;
  line(i: number): string;
  /** Name and value in turn, sorted by name; empty where there is none. */
  metadata(i: number): readonly string[];
  traceId(i: number): string;
  spanId(i: number): string;
}
