import { type Labels, PetrelError } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, type Sql, sql, timeMs } from '../clickhouse/sql.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { column } from './answer-columns.ts';
import type { ColumnCache } from './cache/column-cache.ts';
import type { DayBook } from './day-book.ts';
import { GroupSums } from './group-sums.ts';
import type { GridRequest, GridSeries } from './port.ts';
import { picker, seriesSql } from './sample-reader.ts';
import { exactMetric, timesSql } from './selectors.ts';
import type { ChosenSeries, SeriesIndex } from './series-index.ts';

export interface GridReaderOptions {
  readonly clickhouse: ClickHouse;
  readonly placement: Placement;
  readonly index: SeriesIndex;
  readonly cache: ColumnCache;
  readonly days: DayBook;
  readonly histogramMetrics: ReadonlySet<string>;
  readonly minSamples: number;
}

// ClickHouse's own; a test holds each to the engine's semantics on resets, gaps and staleness markers.
const FUNCTIONS: Readonly<Record<GridRequest['func'], string>> = {
  rate: 'timeSeriesRateToGrid',
  increase: 'timeSeriesIncreaseToGrid',
  delta: 'timeSeriesDeltaToGrid',
  irate: 'timeSeriesInstantRateToGrid',
  idelta: 'timeSeriesInstantDeltaToGrid',
  last: 'timeSeriesLastToGrid',
};

// 0x7ff0000000000002 as a whole number.
const NOT_STALE = literal(' AND reinterpretAsUInt64(value) != 9218868437227405314');

/** Values on a grid of times, computed where the samples are, for ranges that are too long to be read out. */
export class GridReader {
  readonly #options: GridReaderOptions;

  constructor(options: GridReaderOptions) {
    this.#options = options;
  }

  /** Undefined: reading the samples is the better way, or the only right one. */
  async select(request: GridRequest): Promise<readonly GridSeries[] | undefined> {
    const { index, cache, histogramMetrics } = this.#options;
    const metric = exactMetric(request.matchers);
    if (metric === undefined || histogramMetrics.has(metric) || request.steps < 1) return undefined;
    if (request.signal?.aborted === true) throw new PetrelError('QUERY_CANCELED', 'query was canceled');
    const fromMs = request.gridStartMs - request.windowMs + 1;
    const toMs = request.gridStartMs + (request.steps - 1) * request.stepMs;
    if (cache.holds(metric, request.startMs)) return undefined;
    const [choice] = await index.resolve(request.matchers, fromMs, toMs, request.signal);
    if (choice === undefined || choice.positions.length === 0) return undefined;
    const threshold = Math.min(this.#options.minSamples, cache.maxSamples || Number.POSITIVE_INFINITY);
    // At one sample a second, the densest that is usual, it would still be few: not worth a question.
    if (choice.positions.length * ((toMs - fromMs) / 1000) < threshold) return undefined;
    if ((await this.#estimate(choice, fromMs, toMs)) < threshold) return undefined;
    return this.#read(choice, request, fromMs, toMs);
  }

  /** Samples in the granules that the index leaves, without reading them; more than there are, never fewer. */
  async #estimate(choice: ChosenSeries, fromMs: number, toMs: number): Promise<number> {
    const rows = await this.#options.clickhouse.rows<{ rows: string | number }>(
      sql`EXPLAIN ESTIMATE SELECT value FROM ${this.#table} WHERE ${seriesSql([choice])} AND ${timesSql(fromMs, toMs)}`,
    );
    return rows.reduce((n, row) => n + Number(row.rows), 0);
  }

  async #read(
    choice: ChosenSeries,
    request: GridRequest,
    fromMs: number,
    toMs: number,
  ): Promise<readonly GridSeries[]> {
    const { func, gridStartMs, stepMs, steps, windowMs, sumBy, signal } = request;
    const { clickhouse, days } = this.#options;
    // What other servers wrote again is not known here.
    const final = this.#options.placement.cluster !== undefined || days.isRewritten(choice.metric, fromMs, toMs);
    // As in every range: a marker is no sample.
    const condition = sql`${seriesSql([choice])} AND ${timesSql(fromMs, toMs)}${NOT_STALE}`;
    const grid = sql`${literal(FUNCTIONS[func])}(${timeMs(gridStartMs)}, ${timeMs(toMs)}, ${seconds(Math.max(1, stepMs))}, ${seconds(windowMs)})(ts, value)`;
    const statement = sql`SELECT series, arrayMap(x -> ifNull(x, 0.), grid) AS numbers, arrayMap(x -> isNotNull(x), grid) AS marks
      FROM (SELECT series, ${grid} AS grid FROM ${this.#table} ${literal(final ? 'FINAL' : '')} WHERE ${condition} GROUP BY series)`;
    const picks = picker(choice);
    const sums = sumBy === undefined ? undefined : new GroupSums(sumBy, steps, func !== 'last');
    const found: GridSeries[] = [];
    const settings = { allow_experimental_time_series_aggregate_functions: 1, max_query_size: 4_194_304 };
    const options = signal === undefined ? { settings } : { settings, signal };
    for await (const block of clickhouse.blocks(statement, options)) {
      const ids = column(block, 'series', 'int64').words;
      const numbers = column(block, 'numbers', 'array').values;
      const marks = column(block, 'marks', 'array').values;
      if (numbers.kind !== 'float64' || !(marks.kind === 'small' && marks.values instanceof Uint8Array)) {
        throw new RangeError('not a grid');
      }
      for (let i = 0; i < block.rows; i++) {
        const position = choice.set.find(ids[2 * i + 1] as number, ids[2 * i] as number);
        if (position < 0 || !picks(position)) continue;
        const labels = choice.set.labels[position] as Labels;
        const values = numbers.values.subarray(i * steps, (i + 1) * steps);
        const present = marks.values.subarray(i * steps, (i + 1) * steps);
        if (sums !== undefined) sums.add(labels, values, present);
        else if (present.includes(1)) found.push({ labels, values, present });
      }
    }
    return sums?.finish() ?? found;
  }

  get #table(): Sql {
    return tableName(this.#options.placement, 'samples');
  }
}

function seconds(ms: number): Sql {
  return sql`toDecimal64(${(ms / 1000).toFixed(3)}, 3)`;
}
