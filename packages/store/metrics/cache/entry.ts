import { type Labels, type SeriesColumns, wordsOf } from '@petrel/model';
import type { ReadSeries } from '../sample-reader.ts';
import type { SeriesSet } from '../series-set.ts';

/** A stretch of memory that many series share. What was handed out is never written again: series only grow into their slack. */
interface Slab {
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly words: Uint32Array;
}

interface Column {
  slab: Slab;
  from: number;
  to: number;
  /** End of the slack. */
  limit: number;
}

const SLAB_SAMPLES = 32_768;
const SAMPLE_BYTES = 16;

/** All samples of one metric from `fromMs` on, in memory, and kept current by the writer. */
export class CacheEntry {
  readonly set: SeriesSet;
  fromMs: number;
  samples = 0;
  #allocated = 0;
  #columns: (Column | undefined)[] = [];
  #open: Slab = newSlab(0);
  #openUsed = 0;

  constructor(set: SeriesSet, fromMs: number) {
    this.set = set;
    this.fromMs = fromMs;
  }

  /** Memory held, what moved series left behind included. */
  get bytes(): number {
    return this.#allocated * SAMPLE_BYTES + this.#columns.length * 64;
  }

  /** Copies read series in; all at once, with room to grow. */
  fill(series: readonly ReadSeries[]): void {
    let capacity = 0;
    for (const { from, to } of series) capacity += roomFor(to - from);
    const slab = this.#allocate(capacity);
    let at = 0;
    for (const { position, tsMs, values, from, to } of series) {
      slab.tsMs.set(tsMs.subarray(from, to), at);
      slab.values.set(values.subarray(from, to), at);
      const limit = at + roomFor(to - from);
      this.#columns[position] = { slab, from: at, to: at + to - from, limit };
      this.samples += to - from;
      at = limit;
    }
  }

  /** A stored sample. A time that is there already gets the new value; an earlier one is put in its place. */
  append(position: number, tMs: number, low: number, high: number): void {
    if (tMs < this.fromMs) return;
    let column = this.#columns[position];
    if (column === undefined) {
      column = { ...this.#reserve(16), to: 0 };
      column.to = column.from;
      this.#columns[position] = column;
    }
    const { slab, from, to } = column;
    if (to > from && tMs <= (slab.tsMs[to - 1] as number)) {
      this.#insert(column, tMs, low, high);
      return;
    }
    const target = to < column.limit ? column : this.#move(column, roomFor(to - from));
    put(target.slab, target.to++, tMs, low, high);
    this.samples++;
  }

  /** The samples of one series in the range, both ends included, without copying; undefined when there are none. */
  view(position: number, startMs: number, endMs: number): SeriesColumns | undefined {
    const column = this.#columns[position];
    if (column === undefined) return undefined;
    const { tsMs, values } = column.slab;
    const from = lowerBound(tsMs, startMs, column.from, column.to);
    const to = lowerBound(tsMs, endMs + 1, from, column.to);
    if (from === to) return undefined;
    return { labels: this.set.labels[position] as Labels, tsMs, values, from, to };
  }

  /** Leaves out what is before `fromMs`, and the places that moved series left. */
  compact(fromMs: number): void {
    const columns = this.#columns;
    this.fromMs = Math.max(this.fromMs, fromMs);
    this.#columns = [];
    this.#allocated = 0;
    this.samples = 0;
    this.#open = newSlab(0);
    this.#openUsed = 0;
    columns.forEach((column, position) => {
      if (column === undefined) return;
      const from = lowerBound(column.slab.tsMs, this.fromMs, column.from, column.to);
      const moved = this.#move({ ...column, from }, roomFor(column.to - from));
      this.#columns[position] = moved;
      this.samples += moved.to - moved.from;
    });
  }

  /** Whether compacting would free most of the memory. */
  get isLoose(): boolean {
    return this.#allocated > 3 * this.samples + 4 * SLAB_SAMPLES;
  }

  /** Changes a copy: the place itself may have been handed out. */
  #insert(column: Column, tMs: number, low: number, high: number): void {
    const at = lowerBound(column.slab.tsMs, tMs, column.from, column.to);
    const same = column.slab.tsMs[at] === tMs;
    const { words } = column.slab;
    if (same && words[2 * at] === low && words[2 * at + 1] === high) return;
    const offset = at - column.from;
    const { slab, from, to } = this.#move(column, roomFor(column.to - column.from + 1));
    const place = from + offset;
    if (!same) {
      slab.tsMs.copyWithin(place + 1, place, to);
      slab.values.copyWithin(place + 1, place, to);
      column.to++;
      this.samples++;
    }
    put(slab, place, tMs, low, high);
  }

  #move(column: Column, capacity: number): Column {
    const { slab, from, to } = column;
    const next = this.#reserve(capacity);
    next.slab.tsMs.set(slab.tsMs.subarray(from, to), next.from);
    next.slab.values.set(slab.values.subarray(from, to), next.from);
    column.slab = next.slab;
    column.from = next.from;
    column.to = next.from + to - from;
    column.limit = next.limit;
    return column;
  }

  #reserve(capacity: number): { slab: Slab; from: number; limit: number } {
    if (capacity > SLAB_SAMPLES / 4) return { slab: this.#allocate(capacity), from: 0, limit: capacity };
    if (this.#openUsed + capacity > this.#open.tsMs.length) {
      this.#open = this.#allocate(SLAB_SAMPLES);
      this.#openUsed = 0;
    }
    const from = this.#openUsed;
    this.#openUsed += capacity;
    return { slab: this.#open, from, limit: from + capacity };
  }

  #allocate(samples: number): Slab {
    this.#allocated += samples;
    return newSlab(samples);
  }
}

function newSlab(samples: number): Slab {
  const values = new Float64Array(samples);
  return { tsMs: new Float64Array(samples), values, words: wordsOf(values) };
}

function roomFor(samples: number): number {
  return samples + Math.max(16, samples >> 3);
}

function put(slab: Slab, at: number, tMs: number, low: number, high: number): void {
  slab.tsMs[at] = tMs;
  slab.words[2 * at] = low;
  slab.words[2 * at + 1] = high;
}

/** The first place in `[from, to)` whose time is not before `tMs`. */
export function lowerBound(tsMs: Float64Array, tMs: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tsMs[middle] as number) < tMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
