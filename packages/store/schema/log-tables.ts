import { LOG_LEVELS } from '@petrel/model';
import { literal, type Sql } from '../clickhouse/sql.ts';
import type { TableDefinition } from './tables.ts';

// Why this key, these codecs and indices: docs/decisions/0013-log-tables.md.

/**
 * A line with each hexadecimal digit (0-9, a-f) made a zero: what the index of words is built on. Ids and numbers, nearly all words that a log has, become a few dozen; a text
 * without such digits is in the line exactly where it is in this.
 */
export const WORDS_SQL: Sql = literal("translate(body, '123456789abcdef', '000000000000000')");

/** Each maximal run of hexadecimal digits of a line and its ids, cut from its start into pieces of eight: what the filter over ids is built on. */
export const CHUNKS_SQL: Sql = literal("extractAll(concat(body, ' ', trace_own, ' ', span_own), '[0-9a-f]{8}')");

/** An id that stands in the line is kept as its place (from 1); these are its lengths. */
export const TRACE_LENGTH = 32;
export const SPAN_LENGTH = 16;

/** The type of the column `level`; values are places in LOG_LEVELS. */
export const LEVEL_TYPE = `Enum8(${LOG_LEVELS.map((level, code) => `'${level}' = ${code}`).join(', ')})`;

export const logs: TableDefinition = {
  name: 'logs',
  columns: literal(`
    service LowCardinality(String) CODEC(ZSTD(1)),
    stream UInt64 CODEC(ZSTD(1)),
    ts DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    seq UInt32 CODEC(ZSTD(1)),
    level ${LEVEL_TYPE} CODEC(ZSTD(1)),
    body String CODEC(ZSTD(1)),
    trace_at UInt32 CODEC(ZSTD(1)),
    trace_own String CODEC(ZSTD(1)),
    span_at UInt32 CODEC(ZSTD(1)),
    span_own String CODEC(ZSTD(1)),
    metadata Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    received DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    trace_id String ALIAS if(trace_at = 0, trace_own, substring(body, trace_at, ${TRACE_LENGTH})),
    span_id String ALIAS if(span_at = 0, span_own, substring(body, span_at, ${SPAN_LENGTH})),
    INDEX words ${text(WORDS_SQL)} TYPE text(tokenizer = splitByNonAlpha),
    INDEX chunks ${text(CHUNKS_SQL)} TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_received received TYPE minmax GRANULARITY 1`),
  orderBy: literal('(service, ts)'),
  partitionBy: literal('toYYYYMMDD(ts)'),
  shardBy: literal('stream'),
  // An insert that is tried again carries the token of the first try. What merges replaced is of no use after a minute.
  settings: literal(
    'index_granularity = 2048, merge_selector_base = 20, non_replicated_deduplication_window = 1000, old_parts_lifetime = 60',
  ),
};

export const logStreams: TableDefinition = {
  name: 'log_streams',
  columns: literal(`
    day Date,
    service LowCardinality(String),
    stream UInt64,
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))`),
  orderBy: literal('(service, stream)'),
  partitionBy: literal('toYYYYMMDD(day)'),
  replacing: true,
  shardBy: literal('stream'),
};

function text(expression: Sql): string {
  return expression.render().query;
}
