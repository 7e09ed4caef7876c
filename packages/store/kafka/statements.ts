import { identifier, joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { LEVEL_TYPE } from '../schema/log-tables.ts';
import { onCluster, type Placement, tableName } from '../schema/tables.ts';
import { quoted } from './quoted.ts';
import { recognitionSelect } from './recognition.ts';
import { fingerprintOf, type KafkaSourceConfig, SOURCE_PREFIX, VIEW_SUFFIX } from './source-config.ts';
import { topicEntry } from './topic-pattern.ts';

/** Every message of every source passes through this table, which keeps nothing, on its way to lines and streams. */
export const LINES_TABLE = 'kafka_lines';
const LINES_VIEW = 'kafka_lines_to_logs';
const STREAMS_VIEW = 'kafka_lines_to_streams';

/** As in Loki. */
const DEFAULT_MAX_LINE_BYTES = 256 * 1024;
/** What comes within a second is one insert. */
const FLUSH_MS = 1_000;

/** Statements in the order in which they must run, and what tells whether they were run already. */
export interface Creation {
  readonly fingerprint: string;
  readonly statements: readonly Sql[];
}

/** What all sources share: the table that lines pass through, and the views behind it. */
export function sharedTables(placement: Placement): Creation {
  const columns = literal(`
    service LowCardinality(String), stream UInt64, ts DateTime64(9, 'UTC'), seq UInt32, level ${LEVEL_TYPE}, body String,
    trace_at UInt32, trace_own String, span_at UInt32, span_own String, metadata Map(String, String), labels Map(String, String)`);
  const lines = tableName(placement, LINES_TABLE);
  const create = (what: Sql, name: string) =>
    sql`CREATE ${what} IF NOT EXISTS ${tableName(placement, name)}${onCluster(placement)}`;
  const view = literal('MATERIALIZED VIEW');
  const toLogs = sql`${create(view, LINES_VIEW)} TO ${tableName(placement, 'logs')} AS
    SELECT service, stream, ts, seq, level, body, trace_at, trace_own, span_at, span_own, metadata FROM ${lines}`;
  const toStreams = sql`${create(view, STREAMS_VIEW)} TO ${tableName(placement, 'log_streams')} AS
    SELECT DISTINCT toDate(ts) AS day, service, stream, labels FROM ${lines}`;
  const fingerprint = fingerprintOf(...[columns, toLogs, toStreams].map(textOf));
  const table = sql`${create(literal('TABLE'), LINES_TABLE)} (${columns}) ENGINE = Null COMMENT ${quoted(fingerprint)}`;
  return { fingerprint, statements: [table, toStreams, toLogs] };
}

export function dropShared(placement: Placement): readonly Sql[] {
  return [LINES_VIEW, STREAMS_VIEW, LINES_TABLE].map((name) => drop(placement, name));
}

/** The table that consumes and the view that makes lines of what it consumes; without the view it does not begin. */
export function sourceTables(placement: Placement, source: KafkaSourceConfig): Creation {
  const { name, format, labels, maxLineBytes = DEFAULT_MAX_LINE_BYTES } = source;
  const table = tableName(placement, SOURCE_PREFIX + name);
  const messages = sql`SELECT message AS raw, _topic AS topic, _key AS key, _headers.name AS header_names, _headers.value AS header_values,
    _timestamp_ms AS sent, _offset AS place FROM ${table} WHERE message != ''`;
  const settings = joinSql(engineSettings(source), ', ');
  const select = recognitionSelect(messages, { format, labels, maxLineBytes });
  const view = sql`CREATE MATERIALIZED VIEW IF NOT EXISTS ${tableName(placement, SOURCE_PREFIX + name + VIEW_SUFFIX)}${onCluster(placement)} TO ${tableName(placement, LINES_TABLE)} AS ${select}`;
  const fingerprint = fingerprintOf(textOf(settings), textOf(view));
  const create = sql`CREATE TABLE IF NOT EXISTS ${table}${onCluster(placement)} (message String) ENGINE = Kafka SETTINGS ${settings} COMMENT ${quoted(fingerprint)}`;
  return { fingerprint, statements: [create, view] };
}

export function dropSource(placement: Placement, name: string): readonly Sql[] {
  return [drop(placement, SOURCE_PREFIX + name + VIEW_SUFFIX), drop(placement, SOURCE_PREFIX + name)];
}

function drop(placement: Placement, name: string): Sql {
  return sql`DROP TABLE IF EXISTS ${tableName(placement, name)}${onCluster(placement)} SYNC`;
}

function engineSettings({ brokers, topics, group, consumers = 1, security }: KafkaSourceConfig): Sql[] {
  const texts: Record<string, string | undefined> = {
    kafka_broker_list: brokers.join(','),
    kafka_topic_list: topics.map(topicEntry).join(','),
    kafka_group_name: group,
    // A message is a row, whatever is in it.
    kafka_format: 'RawBLOB',
    kafka_handle_error_mode: 'stream',
    kafka_security_protocol: security?.protocol,
    kafka_sasl_mechanism: security?.saslMechanism,
    kafka_sasl_username: security?.username,
    kafka_sasl_password: security?.password,
  };
  const numbers: Record<string, number> = { kafka_num_consumers: consumers, kafka_flush_interval_ms: FLUSH_MS };
  return [
    ...Object.entries(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [sql`${identifier(name)} = ${quoted(text)}`],
    ),
    ...Object.entries(numbers).map(([name, value]) => sql`${identifier(name)} = ${literal(String(value))}`),
  ];
}

function textOf(statement: Sql): string {
  return statement.render().query;
}
