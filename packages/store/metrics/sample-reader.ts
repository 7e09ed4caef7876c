import { type HistogramSample, type Labels, PetrelError, type SeriesColumns } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, type Sql, sql, textList, uint64List } from '../clickhouse/sql.ts';
import type { DecodedBlock } from '../native/decode.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { column, int64, textAt } from './answer-columns.ts';
import { decodeHistogram } from './histogram-codec.ts';
import { type ReadSeries, SampleRuns } from './sample-runs.ts';
import { timesSql } from './selectors.ts';
import type { ChosenSeries } from './series-index.ts';

export interface ReadRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly maxSamples: number;
  readonly signal?: AbortSignal;
}

// A longer list of ids costs ClickHouse more than reading the series in between.
const IDS_MAX = 20_000;

export function tooManySamples(): PetrelError {
  return new PetrelError('QUERY_LIMIT', 'query processing would load too many samples into memory in query execution');
}

/** Reads samples out of ClickHouse, straight into typed arrays. */
export class SampleReader {
  readonly #clickhouse: ClickHouse;
  readonly #placement: Placement;
  /** Metrics in which a time was found twice with different values: only FINAL knows the later one. */
  readonly #conflicting = new Set<string>();

  constructor(clickhouse: ClickHouse, placement: Placement) {
    this.#clickhouse = clickhouse;
    this.#placement = placement;
  }

  /** With `roomFor`, each series lies in memory of its own answer, with so many places for that many samples. */
  async read(
    chosen: readonly ChosenSeries[],
    range: ReadRange,
    roomFor?: (samples: number) => number,
  ): Promise<readonly ReadSeries[]> {
    const wanted = chosen.filter(({ positions }) => positions.length > 0);
    if (wanted.length === 0) return [];
    const final = wanted.some(({ metric }) => this.#conflicting.has(metric));
    const conflicts = new Set<string>();
    const runs = await this.#readRuns(wanted, range, final);
    const series = await runs.gather(({ metric }) => conflicts.add(metric), roomFor);
    if (conflicts.size === 0) return series;
    if (this.#conflicting.size > 10_000) this.#conflicting.clear();
    for (const metric of conflicts) this.#conflicting.add(metric);
    return (await this.#readRuns(wanted, range, true)).gather(() => undefined, roomFor);
  }

  async #readRuns(
    wanted: readonly ChosenSeries[],
    { startMs, endMs, maxSamples, signal }: ReadRange,
    final: boolean,
  ): Promise<SampleRuns> {
    const single = wanted.length === 1 ? wanted[0] : undefined;
    // Not ordered, and not gathered into arrays: rows come in the order of the key all the same, and the first ones at once.
    const time =
      endMs - startMs < 2 ** 32
        ? sql`toUInt32(toUnixTimestamp64Milli(ts) - ${startMs})`
        : literal('toFloat64(toUnixTimestamp64Milli(ts))');
    // Over a long time a series has many rows, and its place in a dictionary is shorter than its id.
    const series = literal(endMs - startMs > LONG_MS ? 'toLowCardinality(series) AS id' : 'series AS id');
    const statement = sql`SELECT ${literal(single ? '' : 'metric, ')}${series}, ${time} AS time, value
      FROM ${tableName(this.#placement, 'samples')} ${literal(final ? 'FINAL' : '')}
      WHERE ${seriesSql(wanted)} AND ${timesSql(startMs, endMs)}`;
    const byMetric = new Map(wanted.map((choice) => [choice.metric, choice]));
    const pickers = new Map(wanted.map((choice) => [choice, picker(choice)]));
    const picks = (choice: ChosenSeries, position: number) => pickers.get(choice)?.(position) === true;
    const runs = new SampleRuns();
    let samples = 0;
    const options = { passing: 'id', settings: SAMPLE_SETTINGS, ...(signal === undefined ? {} : { signal }) };
    for await (const block of this.#clickhouse.blocks(statement, options)) {
      const metrics = single ? undefined : textAt(block.columns.get('metric'));
      const found = block.columns.get('id');
      const [ids, placeOf] =
        found?.kind === 'lowCardinalityInt64'
          ? [found.words, found.index]
          : [column(block, 'id', 'int64').words, undefined];
      samples += runs.addBlock({
        rows: block.rows,
        ids,
        placeOf,
        tsMs: timesOf(block, startMs),
        values: column(block, 'value', 'float64').values,
        chosenAt: metrics === undefined ? () => single : (row) => byMetric.get(metrics(row)),
        picks,
      });
      if (samples > maxSamples) throw tooManySamples();
    }
    return runs;
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

/** Times come as distances from the start where these fit into four bytes: a sixth less to carry and to hold. */
function timesOf(block: DecodedBlock, startMs: number): Float64Array {
  const time = block.columns.get('time');
  if (time?.kind === 'float64') return time.values;
  const distances = column(block, 'time', 'small').values;
  const tsMs = new Float64Array(block.rows);
  for (let i = 0; i < tsMs.length; i++) tsMs[i] = startMs + (distances[i] as number);
  return tsMs;
}

const LONG_MS = 6 * 3_600_000;

const SAMPLE_SETTINGS = {
  // For lists of ids.
  max_query_size: 4_194_304,
  // A block is cut before rows are left out: with the defaults, one series in ten would come in hundreds of small blocks.
  max_block_size: 262_144,
  preferred_block_size_bytes: 4_194_304,
};

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
  return series.map(({ chosen, position, slab, from, to }) => ({
    labels: chosen.set.labels[position] as Labels,
    tsMs: slab.tsMs,
    values: slab.values,
    from,
    to,
  }));
}
