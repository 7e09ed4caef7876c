import type { InsertBlock } from '../group-commit/block-inserter.ts';
import { fixedColumn, stringColumn } from '../native/encode.ts';
import type { Batch } from './batch.ts';
import { type MetricSeriesRegistry, NO_DAY } from './registry.ts';

export const DAY_MS = 86_400_000;

/** Of a batch; the series are those whose row for a day is not stored yet. */
export interface DayMarks extends SeriesDays {
  /** Some row is not newer than what its series has: it may replace one. */
  readonly late: boolean;
  /** The (metric, day) pairs of such rows that are not marked yet. */
  readonly rewritten: readonly RewrittenDay[];
}

export interface RewrittenDay {
  readonly metric: string;
  readonly day: number;
}

// Of a series, two days stand in the registry. Further ones are remembered apart, so that a backfill does not write each series
// row with each batch.
const REMEMBERED = 500_000;

/** The last hour of a day, in which rows for the next one are written. */
const AHEAD_MS = 3_600_000;
/** A series that had no sample for so long is not expected to live on. */
const LIVE_MS = 900_000;
const MIN_AHEAD = 2_000;

/** Series and the days for which they get a row. */
export interface SeriesDays {
  readonly newRefs: Uint32Array;
  readonly newDays: Uint16Array;
}

/**
 * Knows for which days each series is in the `series` table, and which (metric, day) pairs received rows that may
 * replace others. Days are counted since the epoch.
 */
export class DayBook {
  readonly #registry: MetricSeriesRegistry;
  readonly #olderDays = new Set<number>();
  /** Metric → days. */
  readonly #rewritten = new Map<string, Set<number>>();
  #newestMs = Number.NEGATIVE_INFINITY;
  /** The newest time stored of series that are not known any more (an earlier process's, or forgotten): rows up to it may replace some, whatever their series. */
  storedMaxMs = Number.NEGATIVE_INFINITY;

  constructor(registry: MetricSeriesRegistry) {
    this.#registry = registry;
  }

  /** What must be stored with the batch. Moves the newest times at once: a batch that follows is judged by them. */
  examine(batch: Batch): DayMarks {
    const newDays = new Map<number, [ref: number, day: number]>();
    const rewritten = new Map<string, RewrittenDay>();
    const registry = this.#registry;
    const { metricOf, metricNames, lastMsOf, dayOf: newestDay, earlierDayOf } = registry;
    let late = false;
    const missing = (ref: number, day: number) => {
      if (earlierDayOf[ref] === day) return;
      const key = ref * 65536 + day;
      if (!this.#olderDays.has(key)) newDays.set(key, [ref, day]);
    };
    const tooLate = (ref: number, day: number) => {
      late = true;
      const metric = metricNames[metricOf[ref] as number] as string;
      if (this.#rewritten.get(metric)?.has(day) !== true) rewritten.set(`${day} ${metric}`, { metric, day });
    };
    const visit = (ref: number, tMs: number) => {
      const day = dayOf(tMs);
      if (newestDay[ref] !== day) missing(ref, day);
      const last = lastMsOf[ref] as number;
      if (tMs > last) {
        lastMsOf[ref] = tMs;
        if (tMs > this.#newestMs) this.#newestMs = tMs;
        if (last === Number.NEGATIVE_INFINITY && tMs <= this.storedMaxMs) tooLate(ref, day);
      } else tooLate(ref, day);
    };
    const { refs, timestampsMs } = batch;
    for (let i = 0; i < batch.rows; i++) visit(refs[i] as number, timestampsMs[i] as number);
    for (const row of batch.histograms) visit(row.ref, row.tMs);
    for (const { ref, tMs } of batch.exemplars) if (newestDay[ref] !== dayOf(tMs)) missing(ref, dayOf(tMs));
    const list = [...newDays.values()];
    return {
      newRefs: Uint32Array.from(list, ([ref]) => ref),
      newDays: Uint16Array.from(list, ([, day]) => day),
      late,
      rewritten: [...rewritten.values()],
    };
  }

  /**
   * Rows to write ahead of midnight (UTC), or else the first scrape of a day would write one for every active series at once. In portions: called
   * once a minute in the last hour, each takes its share of the live series that have today's row and not yet tomorrow's.
   */
  ahead(nowMs: number): SeriesDays {
    const untilMs = DAY_MS - (nowMs % DAY_MS);
    const refs: number[] = [];
    if (untilMs <= AHEAD_MS) {
      const registry = this.#registry;
      const { dayOf: newestDay, lastMsOf, capacity } = registry;
      const today = dayOf(nowMs);
      for (let ref = 0; ref < capacity; ref++) {
        if (newestDay[ref] === today && (lastMsOf[ref] as number) > nowMs - LIVE_MS && registry.isLive(ref))
          refs.push(ref);
      }
      refs.length = Math.min(refs.length, Math.max(MIN_AHEAD, Math.ceil(refs.length / Math.ceil(untilMs / 60_000))));
    }
    return {
      newRefs: Uint32Array.from(refs),
      newDays: new Uint16Array(refs.length).fill(dayOf(nowMs) + 1),
    };
  }

  stored(marks: SeriesDays): void {
    marks.newRefs.forEach((ref, i) => {
      this.#remember(ref, marks.newDays[i] as number);
    });
  }

  /** Notes pairs that are in the `rewritten` table. */
  mark(pairs: Iterable<RewrittenDay>): void {
    for (const { metric, day } of pairs) {
      const days = this.#rewritten.get(metric) ?? new Set();
      days.add(day);
      this.#rewritten.set(metric, days);
    }
  }

  /** True when a time of the metric may stand more than once in the range. */
  isRewritten(metric: string, startMs: number, endMs: number): boolean {
    const days = this.#rewritten.get(metric);
    if (days === undefined) return false;
    for (const day of days) if (day >= dayOf(startMs) && day <= dayOf(endMs)) return true;
    return false;
  }

  /** Series were forgotten, with their newest times, and their numbers go to others. */
  forgetSeries(): void {
    this.#olderDays.clear();
    this.storedMaxMs = Math.max(this.storedMaxMs, this.#newestMs);
  }

  #remember(ref: number, day: number): void {
    const { dayOf: newest, earlierDayOf: earlier } = this.#registry;
    const known = newest[ref] as number;
    if (known === NO_DAY || day > known) {
      newest[ref] = day;
      earlier[ref] = known;
    } else if (day < known) {
      if (earlier[ref] === NO_DAY) earlier[ref] = day;
      else if (earlier[ref] !== day) {
        if (this.#olderDays.size >= REMEMBERED) this.#olderDays.clear();
        this.#olderDays.add(ref * 65536 + day);
      }
    }
  }
}

export function rewrittenBlock(pairs: readonly RewrittenDay[]): InsertBlock {
  return {
    rows: pairs.length,
    columns: [
      fixedColumn(
        'day',
        'Date',
        Uint16Array.from(pairs, ({ day }) => day),
      ),
      stringColumn(
        'metric',
        pairs.map(({ metric }) => metric),
      ),
    ],
  };
}

export function dayOf(tMs: number): number {
  return Math.min(NO_DAY - 1, Math.max(0, Math.floor(tMs / DAY_MS)));
}
