import { Labels, LOG_LEVELS, type LogLevel, PetrelError } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { int64Literal, joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { column, int64, textAt } from '../metrics/answer-columns.ts';
import type { DecodedBlock } from '../native/decode.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { MapReader } from './block-lines.ts';
import { conditionsSql } from './line-reader.ts';
import type { LogCountRequest, LogCountSeries, LogStats } from './port.ts';
import { predicateSql } from './predicate-sql.ts';
import type { ChosenStreams, NsRange, Selectors, StreamCatalogue } from './stream-catalogue.ts';

const EXTRACTED = '_extracted';
const ROWS_MAX = 1_000_000;

/** Counts lines in the database, by their labels and by time. */
export class LineCounter {
  readonly #clickhouse: ClickHouse;
  readonly #catalogue: StreamCatalogue;
  readonly #table: Sql;

  constructor(clickhouse: ClickHouse, placement: Placement, catalogue: StreamCatalogue) {
    this.#clickhouse = clickhouse;
    this.#catalogue = catalogue;
    this.#table = tableName(placement, 'logs');
  }

  async count(request: LogCountRequest): Promise<readonly LogCountSeries[]> {
    const { startNs, bucketNs, buckets, signal, by, predicate } = request;
    // Left-open and right-closed: one nanosecond later it is the other way round.
    const range = { startNs: startNs + 1n, endNs: startNs + 1n + bucketNs * BigInt(buckets) };
    const chosen = await this.#catalogue.resolve(request.selectors, {
      ...range,
      ...(signal === undefined ? {} : { signal }),
    });
    if (chosen.set.size === 0 || buckets <= 0) return [];
    const conditions: Sql[] = chosen.condition === undefined ? [] : [chosen.condition];
    if (predicate !== undefined) conditions.push(predicateSql(predicate));
    const keys = keysOf(by, chosen);
    const selected = [
      sql`toUInt32(intDiv(toUnixTimestamp64Nano(ts) - ${int64Literal(range.startNs)}, ${int64Literal(bucketNs)})) AS bucket`,
      ...keys.selected,
      literal(request.count === 'lines' ? 'count() AS n' : 'sum(length(body)) AS n'),
    ];
    const statement = sql`SELECT ${joinSql(selected, ', ')} FROM ${this.#table} WHERE ${conditionsSql(range, conditions)}
      GROUP BY ${joinSql([literal('bucket'), ...keys.grouped], ', ')} LIMIT ${ROWS_MAX + 1}`;
    const counted = new CountedSeries(buckets, by, chosen);
    const settings = { max_query_size: 4_194_304 };
    let rows = 0;
    for await (const block of this.#clickhouse.blocks(statement, {
      settings,
      ...(signal === undefined ? {} : { signal }),
    })) {
      rows += block.rows;
      if (rows > ROWS_MAX)
        throw new PetrelError('QUERY_LIMIT', `the query counts more than ${ROWS_MAX} series and steps`);
      counted.add(block, keys);
    }
    return counted.series;
  }

  async stats(selectors: Selectors, range: NsRange): Promise<LogStats> {
    const chosen = await this.#catalogue.resolve(selectors, range);
    if (chosen.set.size === 0) return { streams: 0, chunks: 0, entries: 0, bytes: 0 };
    const where = conditionsSql(range, chosen.condition === undefined ? [] : [chosen.condition]);
    const [row] = await this.#clickhouse.rows<{ streams: string; chunks: string; entries: string; bytes: string }>(
      sql`SELECT uniqExact(stream) AS streams, count() AS chunks, sum(lines) AS entries, sum(size) AS bytes
        FROM (SELECT stream, count() AS lines, sum(length(body)) AS size FROM ${this.#table} WHERE ${where} GROUP BY stream, toDate(ts))`,
      { settings: { max_query_size: 4_194_304 }, ...(range.signal === undefined ? {} : { signal: range.signal }) },
    );
    return {
      streams: Number(row?.streams ?? 0),
      chunks: Number(row?.chunks ?? 0),
      entries: Number(row?.entries ?? 0),
      bytes: Number(row?.bytes ?? 0),
    };
  }
}

interface Keys {
  readonly selected: readonly Sql[];
  readonly grouped: readonly Sql[];
  readonly hasStream: boolean;
  readonly hasLevel: boolean;
  /** Names whose values come in columns `m0`, `m1`, …; undefined: all of them, in the column `metadata`. */
  readonly names: readonly string[] | undefined;
}

/** By what rows are told apart, so that the labels asked for can be made of what comes back. */
function keysOf(by: readonly string[] | undefined, { set }: ChosenStreams): Keys {
  if (by === undefined) {
    return {
      selected: [literal('stream'), literal('toUInt8(level) AS code'), literal('metadata')],
      grouped: [literal('stream'), literal('level'), literal('metadata')],
      hasStream: true,
      hasLevel: true,
      names: undefined,
    };
  }
  // Of a name that its stream has too, metadata's value shows under another.
  const bases = by.filter((name) => name.endsWith(EXTRACTED)).map((name) => name.slice(0, -EXTRACTED.length));
  const names = [...new Set([...by, ...bases])].filter((name) => name !== '');
  const hasStream = set.labels.some((labels) => names.some((name) => labels.has(name)));
  const hasLevel = by.includes('detected_level');
  const values = names.map((name, i) => sql`metadata[${name}] AS ${literal(`m${i}`)}`);
  const selected = [
    ...(hasStream ? [literal('stream')] : []),
    ...(hasLevel ? [literal('toUInt8(level) AS code')] : []),
    ...values,
  ];
  const grouped = [
    ...(hasStream ? [literal('stream')] : []),
    ...(hasLevel ? [literal('level')] : []),
    ...names.map((_, i) => literal(`m${i}`)),
  ];
  return { selected, grouped, hasStream, hasLevel, names };
}

class CountedSeries {
  readonly #byKey = new Map<string, LogCountSeries>();
  readonly #buckets: number;
  readonly #by: ReadonlySet<string> | undefined;
  readonly #chosen: ChosenStreams;
  /** Of rows that agree in everything but the bucket. */
  readonly #byRow = new Map<string, LogCountSeries>();

  constructor(buckets: number, by: readonly string[] | undefined, chosen: ChosenStreams) {
    this.#buckets = buckets;
    this.#by = by === undefined ? undefined : new Set(by);
    this.#chosen = chosen;
  }

  get series(): readonly LogCountSeries[] {
    return [...this.#byKey.values()].sort((a, b) => Labels.compare(a.labels, b.labels));
  }

  add(block: DecodedBlock, { hasStream, hasLevel, names }: Keys): void {
    const buckets = column(block, 'bucket', 'small').values;
    const counts = column(block, 'n', 'int64').words;
    const streams = hasStream ? column(block, 'stream', 'int64').words : undefined;
    const codes = hasLevel ? column(block, 'code', 'small').values : undefined;
    const metadata = metadataOf(block, names);
    const { set } = this.#chosen;
    for (let i = 0; i < block.rows; i++) {
      const at = streams === undefined ? -1 : set.find(streams[2 * i + 1] as number, streams[2 * i] as number);
      // A stream that came into being after the set was made.
      if (streams !== undefined && at < 0) continue;
      const pairs = metadata(i);
      const code = codes?.[i] ?? 0;
      const series = this.#seriesOf(at, code, pairs);
      const bucket = buckets[i] as number;
      series.counts[bucket] = (series.counts[bucket] as number) + int64(counts, i);
    }
  }

  #seriesOf(stream: number, code: number, pairs: readonly string[]): LogCountSeries {
    const row = `${stream}\udbff${code}\udbff${pairs.join('\udbff')}`;
    let series = this.#byRow.get(row);
    if (series !== undefined) return series;
    const all = labelsOf(
      stream < 0 ? Labels.EMPTY : (this.#chosen.set.labels[stream] as Labels),
      pairs,
      LOG_LEVELS[code],
    );
    const labels = this.#by === undefined ? all : all.keep(this.#by);
    series = this.#byKey.get(labels.key);
    if (series === undefined) {
      series = { labels, counts: new Float64Array(this.#buckets) };
      this.#byKey.set(labels.key, series);
    }
    this.#byRow.set(row, series);
    return series;
  }
}

function metadataOf(block: DecodedBlock, names: readonly string[] | undefined): (row: number) => readonly string[] {
  if (names === undefined) {
    const reader = new MapReader(column(block, 'metadata', 'map'));
    return (row) => reader.at(row);
  }
  const values = names.map((_, k) => textAt(block.columns.get(`m${k}`)));
  return (row) => {
    const pairs: string[] = [];
    for (let k = 0; k < names.length; k++) {
      const value = (values[k] as (row: number) => string)(row);
      if (value !== '') pairs.push(names[k] as string, value);
    }
    return pairs;
  };
}

/** A line's labels before any stage: its stream's; metadata's, with `_extracted` behind the names that the stream has; the detected level. */
function labelsOf(stream: Labels, metadata: readonly string[], level: LogLevel | undefined): Labels {
  const entries: [string, string][] = [];
  let namesLevel = false;
  for (let k = 0; k < metadata.length; k += 2) {
    const name = metadata[k] as string;
    if (name === 'detected_level') namesLevel = true;
    entries.push([stream.has(name) ? `${name}${EXTRACTED}` : name, metadata[k + 1] as string]);
  }
  const detected: [string, string][] =
    namesLevel || level === undefined || level === 'unknown' ? [] : [['detected_level', level]];
  return Labels.from([...detected, ...stream, ...entries]);
}
