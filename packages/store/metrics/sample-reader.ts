import { type HistogramSample, type Labels, PetrelError, type SeriesColumns } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, type Sql, sql, textList, uint64List } from '../clickhouse/sql.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { decodeHistogram } from './histogram-codec.ts';
import { orderRange } from './runs.ts';
import { timesSql } from './selectors.ts';
import { type ChosenSeries, column, textAt } from './series-index.ts';

export interface ReadRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly maxSamples: number;
  readonly signal?: AbortSignal;
}

/** One series' samples as they came: `position` is that of the series in its set. */
export interface ReadSeries {
  readonly chosen: ChosenSeries;
  readonly position: number;
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
}

// A longer list of ids costs ClickHouse more than reading the series in between.
const IDS_MAX = 20_000;

export function tooManySamples(): PetrelError {
  return new PetrelError('QUERY_LIMIT', 'query processing would load too many samples into memory in query execution');
}

/** Reads samples out of ClickHouse, one array a series, straight into typed arrays. */
export class SampleReader {
  readonly #clickhouse: ClickHouse;
  readonly #placement: Placement;
  /** Metrics in which a time was found twice with different values: only FINAL knows the later one. */
  readonly #conflicting = new Set<string>();

  constructor(clickhouse: ClickHouse, placement: Placement) {
    this.#clickhouse = clickhouse;
    this.#placement = placement;
  }

  async read(chosen: readonly ChosenSeries[], range: ReadRange): Promise<readonly ReadSeries[]> {
    const wanted = chosen.filter(({ positions }) => positions.length > 0);
    if (wanted.length === 0) return [];
    const final = wanted.some(({ metric }) => this.#conflicting.has(metric));
    const first = await this.#read(wanted, range, final);
    if (first.conflicts.size === 0) return first.series;
    if (this.#conflicting.size > 10_000) this.#conflicting.clear();
    for (const metric of first.conflicts) this.#conflicting.add(metric);
    return (await this.#read(wanted, range, true)).series;
  }

  async #read(
    wanted: readonly ChosenSeries[],
    { startMs, endMs, maxSamples, signal }: ReadRange,
    final: boolean,
  ): Promise<{ series: readonly ReadSeries[]; conflicts: ReadonlySet<string> }> {
    const single = wanted.length === 1;
    const statement = sql`SELECT ${literal(single ? '' : 'metric, ')}series,
        groupArray(toFloat64(toUnixTimestamp64Milli(ts))) AS times, groupArray(value) AS numbers
      FROM ${tableName(this.#placement, 'samples')} ${literal(final ? 'FINAL' : '')}
      WHERE ${seriesSql(wanted)} AND ${timesSql(startMs, endMs)}
      GROUP BY ${literal(single ? '' : 'metric, ')}series`;
    const byMetric = new Map(wanted.map((choice) => [choice.metric, choice]));
    const picked = new Map(wanted.map((choice) => [choice, picker(choice)]));
    const series: ReadSeries[] = [];
    const conflicts = new Set<string>();
    let samples = 0;
    const onArray = (elements: number) => {
      samples += elements;
      // Each series brings two arrays.
      if (samples > 2 * maxSamples) throw tooManySamples();
    };
    const options = { onArray, settings: READ_SETTINGS, ...(signal === undefined ? {} : { signal }) };
    for await (const block of this.#clickhouse.blocks(statement, options)) {
      const ids = column(block, 'series', 'int64').words;
      const times = column(block, 'times', 'array');
      const numbers = column(block, 'numbers', 'array');
      if (times.values.kind !== 'float64' || numbers.values.kind !== 'float64') throw new RangeError('not samples');
      const metrics = single ? undefined : textAt(block.columns.get('metric'));
      const tsMs = times.values.values;
      const values = numbers.values.values;
      for (let i = 0, from = 0; i < block.rows; i++) {
        const to = times.offsets[i] as number;
        const metric = metrics?.(i);
        const choice = metric === undefined ? (wanted[0] as ChosenSeries) : byMetric.get(metric);
        const position = choice?.set.find(ids[2 * i + 1] as number, ids[2 * i] as number) ?? -1;
        if (choice !== undefined && position >= 0 && picked.get(choice)?.(position) === true) {
          const ordered = orderRange(tsMs, values, from, to);
          if (ordered.conflict) conflicts.add(choice.metric);
          series.push({ chosen: choice, position, tsMs, values, from, to: ordered.to });
        }
        from = to;
      }
    }
    return { series, conflicts };
  }

  async readHistograms(
    wanted: readonly ChosenSeries[],
    { startMs, endMs, maxSamples, signal }: ReadRange,
  ): Promise<Map<Labels, HistogramSample[]>> {
    const found = new Map<Labels, HistogramSample[]>();
    if (wanted.length === 0) return found;
    const statement = sql`SELECT metric, series, ts, start, encoded FROM ${tableName(this.#placement, 'histograms')} FINAL
      WHERE ${seriesSql(wanted)} AND ${timesSql(startMs, endMs)} ORDER BY metric, series, ts`;
    const byMetric = new Map(wanted.map((choice) => [choice.metric, { choice, picks: picker(choice) }]));
    let rows = 0;
    for await (const block of this.#clickhouse.blocks(statement, signal === undefined ? {} : { signal })) {
      rows += block.rows;
      if (rows > maxSamples) throw tooManySamples();
      const metrics = textAt(block.columns.get('metric'));
      const ids = column(block, 'series', 'int64').words;
      const times = column(block, 'ts', 'int64').words;
      const starts = column(block, 'start', 'int64').words;
      const encoded = column(block, 'encoded', 'text');
      for (let i = 0; i < block.rows; i++) {
        const entry = byMetric.get(metrics(i));
        const position = entry?.choice.set.find(ids[2 * i + 1] as number, ids[2 * i] as number) ?? -1;
        if (entry === undefined || position < 0 || !entry.picks(position)) continue;
        const labels = entry.choice.set.labels[position] as Labels;
        const startTMs = int64(starts, i);
        const { histogram, stale } = decodeHistogram(encoded.bytesAt(i));
        const sample = {
          tMs: int64(times, i),
          histogram,
          ...(stale ? { stale } : {}),
          ...(startTMs === 0 ? {} : { startTMs }),
        };
        const list = found.get(labels);
        if (list === undefined) found.set(labels, [sample]);
        else list.push(sample);
      }
    }
    return found;
  }
}

const READ_SETTINGS = { max_query_size: 4_194_304 };

export function int64(words: Uint32Array, i: number): number {
  return (words[2 * i] as number) + ((words[2 * i + 1] as number) | 0) * 4294967296;
}

export function picker({ set, positions }: ChosenSeries): (position: number) => boolean {
  if (positions.length === set.size) return () => true;
  const chosen = new Uint8Array(set.size);
  for (const position of positions) chosen[position] = 1;
  return (position) => chosen[position] === 1;
}

/** Metrics always; ids only where they spare reading most of a metric. */
export function seriesSql(wanted: readonly ChosenSeries[]): Sql {
  const metrics = textList(wanted.map(({ metric }) => metric));
  const total = wanted.reduce((n, { positions }) => n + positions.length, 0);
  const all = wanted.reduce((n, { set, complete }) => n + (complete ? set.size : Number.POSITIVE_INFINITY), 0);
  if (total > IDS_MAX || total > all * 0.3) return sql`metric IN (${metrics})`;
  const ids = wanted.flatMap(({ set, positions }) => Array.from(positions, (position) => set.idOf(position)));
  return sql`metric IN (${metrics}) AND series IN (${uint64List(ids)})`;
}

/** The answer's shape for series read without a cache. */
export function toColumns(series: readonly ReadSeries[]): SeriesColumns[] {
  return series.map(({ chosen, position, tsMs, values, from, to }) => ({
    labels: chosen.set.labels[position] as Labels,
    tsMs,
    values,
    from,
    to,
  }));
}
