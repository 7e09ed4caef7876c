import type { LogColumns } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, literal, type Sql, sql, timeMs, timeNs } from '../clickhouse/sql.ts';
import { column } from '../metrics/answer-columns.ts';
import type { DecodedBlock } from '../native/decode.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { BlockLines } from './block-lines.ts';
import type { LogSelectRequest } from './port.ts';
import { asksForId, predicateSql } from './predicate-sql.ts';
import type { ChosenStreams, StreamCatalogue } from './stream-catalogue.ts';
import { GrowingWindows, type TimeWindow, windowsOfRows } from './time-windows.ts';

/** Where the reading begins when the first lines are wanted. */
const FIRST_WINDOW_NS = 60_000_000_000n;
/** Lines of one statement when all are wanted: they are sorted there, in memory. */
const WINDOW_ROWS = 250_000;
/** A predicate leaves fewer. */
const FILTERED_WINDOW_ROWS = 1_000_000;
const PIECES = 1_024;
const LIMIT_MIN = 100;
const LIMIT_MAX = 100_000;

const SETTINGS = {
  // For lists of ids.
  max_query_size: 4_194_304,
  max_block_size: 16_384,
};

interface Reading {
  readonly chosen: ChosenStreams;
  readonly conditions: readonly Sql[];
  readonly columns: Sql;
  readonly isBackward: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Reads lines in the order of time, by windows of time. */
export class LineReader {
  readonly #clickhouse: ClickHouse;
  readonly #catalogue: StreamCatalogue;
  readonly #table: Sql;

  constructor(clickhouse: ClickHouse, placement: Placement, catalogue: StreamCatalogue) {
    this.#clickhouse = clickhouse;
    this.#catalogue = catalogue;
    this.#table = tableName(placement, 'logs');
  }

  async *select(request: LogSelectRequest): AsyncGenerator<LogColumns, void, undefined> {
    const chosen = await this.#catalogue.resolve(request.selectors, request);
    if (chosen.set.size === 0) return;
    const { predicate, receivedAfterMs, signal } = request;
    const conditions: Sql[] = [];
    if (chosen.condition !== undefined) conditions.push(chosen.condition);
    if (receivedAfterMs !== undefined) conditions.push(sql`received > ${timeMs(Math.floor(receivedAfterMs))}`);
    if (predicate !== undefined) conditions.push(predicateSql(predicate));
    const columns = columnsSql(request.columns);
    const reading = { chosen, conditions, columns, isBackward: request.direction === 'backward', signal };
    if (request.expected === undefined) yield* this.#readAll(request, reading);
    else yield* this.#readFirst(request, reading);
  }

  async *#readFirst(request: LogSelectRequest, reading: Reading): AsyncGenerator<LogColumns> {
    const { startNs, endNs, expected = 1, predicate } = request;
    const wantedRows = Math.max(expected, 1);
    const { isBackward } = reading;
    // Few lines have an id: all of the range is asked at once.
    const firstNs = predicate !== undefined && asksForId(predicate) ? endNs - startNs : FIRST_WINDOW_NS;
    const windows = new GrowingWindows({ startNs, endNs, isBackward, firstNs, wantedRows });
    let limit = Math.min(LIMIT_MAX, Math.max(LIMIT_MIN, wantedRows));
    for (let window = windows.next(); window !== undefined; window = windows.next()) {
      let rows = 0;
      let last: bigint | undefined;
      for await (const block of this.#blocks(window, reading, limit)) {
        rows += block.rows;
        last = lastTimeOf(block);
        yield new BlockLines(block, reading.chosen.set);
      }
      if (rows < limit || last === undefined) windows.done(window, rows);
      else {
        windows.stoppedAt(last);
        limit = Math.min(LIMIT_MAX, limit * 4);
      }
    }
  }

  async *#readAll(range: TimeWindow, reading: Reading): AsyncGenerator<LogColumns> {
    const windows = [...(await this.#windowsOf(range, reading))];
    if (reading.isBackward) windows.reverse();
    const readAhead = (i: number): Ahead | undefined => {
      const window = windows[i];
      return window === undefined ? undefined : startReading(this.#blocks(window, reading));
    };
    let current = readAhead(0);
    let next: Ahead | undefined;
    try {
      for (let i = 0; current !== undefined; i++) {
        for (let block = await current.first; block.done !== true; block = await current.blocks.next()) {
          // The database works on the next window while this one is being read.
          next ??= readAhead(i + 1);
          yield new BlockLines(block.value, reading.chosen.set);
        }
        current = next ?? readAhead(i + 1);
        next = undefined;
      }
    } finally {
      await current?.blocks.return(undefined);
      await next?.blocks.return(undefined);
    }
  }

  async #windowsOf({ startNs, endNs }: TimeWindow, reading: Reading): Promise<readonly TimeWindow[]> {
    const pieceNs = (endNs - startNs + BigInt(PIECES) - 1n) / BigInt(PIECES);
    const { chosen, conditions, signal } = reading;
    const piece = sql`intDiv(toUnixTimestamp64Nano(ts) - ${literal(`toInt64(${startNs})`)}, ${literal(`toInt64(${pieceNs})`)})`;
    const where = conditionsSql({ startNs, endNs }, chosen.condition === undefined ? [] : [chosen.condition]);
    const statement = sql`SELECT toUInt16(${piece}) AS piece, count() AS n FROM ${this.#table} WHERE ${where} GROUP BY piece`;
    const counts = new Float64Array(PIECES);
    for await (const block of this.#clickhouse.blocks(statement, optionsOf(signal))) {
      const pieces = column(block, 'piece', 'small').values;
      const words = column(block, 'n', 'int64').words;
      for (let i = 0; i < block.rows; i++) counts[pieces[i] as number] = words[2 * i] as number;
    }
    const isFiltered = conditions.length > (chosen.condition === undefined ? 0 : 1);
    return windowsOfRows({ startNs, endNs }, pieceNs, counts, isFiltered ? FILTERED_WINDOW_ROWS : WINDOW_ROWS);
  }

  #blocks(window: TimeWindow, reading: Reading, limit?: number): AsyncGenerator<DecodedBlock> {
    const { columns, conditions, isBackward, signal } = reading;
    const where = conditionsSql(window, conditions);
    const byTime = literal(isBackward ? 'ts DESC' : 'ts');
    // Behind the time: a stream's lines of one moment as they came.
    const order = literal(isBackward ? 'ts DESC, stream DESC, received DESC, seq DESC' : 'ts, stream, received, seq');
    const statement =
      limit === undefined
        ? sql`SELECT ${columns} FROM ${this.#table} WHERE ${where} ORDER BY ${order}`
        : sql`SELECT * EXCEPT (received, seq) FROM (SELECT ${columns}, received, seq FROM ${this.#table} WHERE ${where}
            ORDER BY ${byTime} LIMIT ${limit} WITH TIES) ORDER BY ${order}`;
    return this.#clickhouse.blocks(statement, optionsOf(signal));
  }
}

interface Ahead {
  readonly blocks: AsyncGenerator<DecodedBlock>;
  readonly first: Promise<IteratorResult<DecodedBlock>>;
}

function startReading(blocks: AsyncGenerator<DecodedBlock>): Ahead {
  const first = blocks.next();
  first.catch(() => undefined);
  return { blocks, first };
}

function lastTimeOf(block: DecodedBlock): bigint {
  const { words } = column(block, 'ts', 'int64');
  const at = 2 * (block.rows - 1);
  return (BigInt((words[at + 1] as number) | 0) << 32n) | BigInt(words[at] as number);
}

function optionsOf(signal: AbortSignal | undefined) {
  return { settings: SETTINGS, ...(signal === undefined ? {} : { signal }) };
}

/** The times of a window, and all conditions. */
export function conditionsSql({ startNs, endNs }: TimeWindow, conditions: readonly Sql[]): Sql {
  return joinSql([sql`ts >= ${timeNs(startNs)}`, sql`ts < ${timeNs(endNs)}`, ...conditions], ' AND ');
}

function columnsSql(asked: LogSelectRequest['columns']): Sql {
  const columns = ['stream', 'ts'];
  const wants = (name: 'line' | 'metadata' | 'level' | 'ids') => asked === undefined || asked.includes(name);
  if (wants('line')) columns.push('body');
  if (wants('metadata')) columns.push('metadata');
  if (wants('level')) columns.push('toUInt8(level) AS code');
  if (wants('ids')) columns.push('trace_id AS trace', 'span_id AS span');
  return literal(columns.join(', '));
}
