import { LOG_LEVELS } from '@petrel/model';
import { joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { LEVEL_TYPE, SPAN_LENGTH, TRACE_LENGTH } from '../schema/log-tables.ts';
import { fieldSql, NESTED_TYPE, TOP_TYPE } from './document-fields.ts';
import { quoted, quotedMap } from './quoted.ts';

export interface RecognitionOptions {
  readonly format: 'json' | 'raw';
  readonly labels: Readonly<Record<string, string>>;
  readonly maxLineBytes: number;
}

/** What loggers call their levels, by level; the same names as at the other doors. */
const LEVEL_NAMES: Readonly<Record<string, readonly string[]>> = {
  trace: ['trace', 'trc', 'silly', 'finest', 'finer'],
  debug: ['debug', 'dbg', 'debu', 'dbug', 'verbose', 'fine'],
  info: ['info', 'inf', 'information', 'informational', 'notice'],
  warn: ['warn', 'warning', 'wrn'],
  error: ['error', 'err', 'eror', 'severe'],
  critical: ['critical', 'crit', 'alert'],
  fatal: ['fatal', 'ftl', 'emerg', 'emergency', 'panic', 'dpanic'],
};

const names = Object.values(LEVEL_NAMES).flat();
const codes = Object.entries(LEVEL_NAMES).flatMap(([level, each]) =>
  each.map(() => (LOG_LEVELS as readonly string[]).indexOf(level)),
);
const codeOfName = (text: string): string =>
  `transform(lower(trim(BOTH ' ' FROM ${text})), [${names.map((name) => `'${name}'`).join(', ')}], [${codes.join(', ')}], 0)`;
/** pino's and bunyan's numbers. */
const codeOfNumber = (text: string): string =>
  `multiIf(match(${text}, '^[1-6][0-9]$'), [1, 2, 3, 4, 5, 7][toUInt8OrZero(substring(${text}, 1, 1))], 0)`;
/** A word that hardly means anything but a level, or any of them in capitals. */
const WORD =
  '\\\\b((?i:debug|dbg|info|inf|warn|warning|wrn|error|err|critical|crit|fatal|ftl)|TRACE|VERBOSE|NOTICE|SEVERE|ALERT|PANIC|EMERG)\\\\b';
const logfmt = (keys: string): string => `extract(start, '(?i)(?:^|[\\\\s,])(?:${keys})="?([^\\\\s",]+)')`;
const innerString = (...keys: string[]): string[] => keys.map((key) => `JSONExtractString(inner, '${key}')`);

const firstOf = (...texts: string[]): string => `arrayFirst(x -> x != '', [${texts.join(', ')}])`;
const idOf = (text: string): string =>
  `lower(if(match(${text}, '^[0-9A-Za-z_-]{1,64}$') AND NOT match(${text}, '^[0-]*$') AND ${text} != 'null', ${text}, ''))`;

/** Nanoseconds since the epoch of a number, whose size tells its unit. */
const NUMBER_TIME = `fromUnixTimestamp64Nano(toInt64(number_time * multiIf(number_time < 1e11, 1000000000, number_time < 1e14, 1000000, number_time < 1e17, 1000, 1)), 'UTC')`;

/** A name without its date and counter, as for the indices of Elasticsearch. */
const STABLE_TOPIC =
  "replaceRegexpOne(replaceRegexpOne(topic, '[-_.][0-9]{6}$', ''), '[-_.]?(19|20)[0-9]{2}[-_.]?([wW][0-9]{2}|(0[1-9]|1[0-2])([-_.]?(0[1-9]|[12][0-9]|3[01])([-_.]?([01][0-9]|2[0-3]))?)?)$', '')";

/** Where an id stands in the body, from 1: only one of the usual length that does not go on to the left; 0 otherwise. `found` is where it is. */
const placeOf = (id: string, found: string, length: number): string =>
  `toUInt32(if(length(${id}) = ${length} AND NOT match(substring(concat(' ', body), ${found}, 1), '[0-9a-f]'), ${found}, 0))`;

/**
 * Messages become lines. `messages` yields raw, topic, key (strings), header_names, header_values (arrays), sent (Nullable(DateTime64(3))) and place (UInt64: the
 * offset); what leaves are the columns of the table `logs` and `labels`. Each step is a query over the one before, because a column can only be made of those that are there.
 */
export function recognitionSelect(messages: Sql, options: RecognitionOptions): Sql {
  const { format, labels, maxLineBytes } = options;
  const parsed = sql`SELECT *, ${lineBody(maxLineBytes)} AS body,
    JSONExtract(raw, ${quoted(TOP_TYPE)}) AS top, JSONExtract(raw, ${quoted(NESTED_TYPE)}) AS nested,
    ${literal(STABLE_TOPIC)} AS stable_topic FROM (${messages})`;
  const read = sql`SELECT *, ${literal(fieldSql('level'))} AS level_name,
    if(startsWith(trimLeft(raw), '{'), ${literal(fieldSql('message'))}, raw) AS inner, substring(inner, 1, 1024) AS start,
    ${literal(format === 'json' ? fieldSql('service') : "''")} AS document_service,
    ${literal(format === 'json' ? fieldSql('env') : "''")} AS document_env,
    ${literal(format === 'json' ? fieldSql('time') : "''")} AS time_text,
    if(match(time_text, '^[0-9]{1,18}([.][0-9]*)?$|^[0-8][0-9]{18}$'), toDecimal128OrNull(trimRight(time_text, '.'), 9), NULL) AS number_time,
    header_values[indexOf(header_names, 'traceparent')] AS parent FROM (${parsed})`;
  const found = sql`SELECT *, ${literal(idOf('trace_text'))} AS trace, ${literal(idOf('span_text'))} AS span,
    ${quotedMap(labels)} AS own, if(document_service != '' AND lengthUTF8(document_service) <= 128, document_service,
      if(own['service'] != '', own['service'], if(stable_topic = '', topic, stable_topic))) AS service_label
    FROM (SELECT *, ${literal(firstOf(fieldSql('trace'), ...innerString('trace_id', 'traceId'), logfmt('trace_?id'), traceparent(2)))} AS trace_text,
      ${literal(firstOf(fieldSql('span'), ...innerString('span_id', 'spanId'), logfmt('span_?id'), traceparent(3)))} AS span_text FROM (${read}))`;
  const labelled = sql`SELECT *, mapSort(mapFilter((k, v) -> v != '', mapUpdate(mapUpdate(map('env', document_env), own),
      map('service', service_label, 'service_name', if(own['service_name'] != '', own['service_name'], service_label), 'topic', if(stable_topic = '', topic, stable_topic))))) AS labels
    FROM (${found})`;
  // Steps of their own: one large expression takes the engine longer to plan, and it plans every insert.
  const placed = sql`SELECT *, position(body, trace) AS trace_found, position(body, span) AS span_found FROM (${labelled})`;
  const located = sql`SELECT *, ${literal(placeOf('trace', 'trace_found', TRACE_LENGTH))} AS trace_at,
    ${literal(placeOf('span', 'span_found', SPAN_LENGTH))} AS span_at FROM (${placed})`;
  return joinSql([literal('SELECT'), joinSql(COLUMNS, ', '), sql`FROM (${located})`], ' ');
}

function traceparent(part: number): string {
  return `if(match(parent, '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-'), splitByChar('-', parent)[${part}], '')`;
}

function lineBody(maxLineBytes: number): Sql {
  const cut = sql`concat(toValidUTF8(substring(raw, 1, ${literal(String(maxLineBytes))})), ' …[truncated ', toString(length(raw) - ${literal(String(maxLineBytes))}), ' bytes]')`;
  return sql`multiIf(length(raw) > ${literal(String(maxLineBytes))}, ${cut}, isValidUTF8(raw), raw, toValidUTF8(raw))`;
}

const LEVEL_CODE = `arrayFirst(x -> x != 0, [
    ${codeOfName('level_name')}, ${codeOfNumber('level_name')},
    ${codeOfName(firstOf(...innerString('level', 'severity'), logfmt('level|lvl|severity|loglevel|log_level')))},
    ${codeOfName(`extract(start, '${WORD}')`)}])`;

/** The columns of the table `logs`, and the labels. */
const COLUMNS: readonly Sql[] = [
  "labels['service_name'] AS service",
  'sipHash64(toString(labels)) AS stream',
  `coalesce(if(number_time IS NULL, parseDateTime64BestEffortOrNull(replaceOne(time_text, ',', '.'), 9, 'UTC'), ${NUMBER_TIME}), toDateTime64(sent, 9, 'UTC'), now64(9, 'UTC')) AS ts`,
  'toUInt32(bitAnd(place, 0xffffffff)) AS seq',
  `CAST(toInt8(${LEVEL_CODE}), '${LEVEL_TYPE.replaceAll("'", "\\'")}') AS level`,
  'body',
  'trace_at',
  "if(trace_at = 0, trace, '') AS trace_own",
  'span_at',
  "if(span_at = 0, span, '') AS span_own",
  `mapFilter((k, v) -> v != '', mapUpdate(map('kafka_key', toValidUTF8(key)), mapFromArrays(
      arrayMap(x -> concat('kafka_header_', replaceRegexpAll(x, '[^A-Za-z0-9_]', '_')), arrayDistinct(header_names)),
      arrayMap(x -> toValidUTF8(header_values[indexOf(header_names, x)]), arrayDistinct(header_names))))) AS metadata`,
  'labels',
].map(literal);
