import type { Labels, SeriesColumns } from '@petrel/model';
import { Pacer } from '../pacer.ts';
import type { ReadSeries } from '../sample-runs.ts';
import { copySamples, newSlab, type SampleSlab, type SlabRange } from '../sample-slab.ts';
import type { SeriesSet } from '../series-set.ts';

const SLAB_SAMPLES = 32_768;
const SAMPLE_BYTES = 16;

/**
 * All samples of one metric from `fromMs` on, in memory, and kept current by the writer. What was handed out is never written again:
 * series only grow into the room behind them, and other changes are made to a copy.
 */
export class CacheEntry {
  readonly set: SeriesSet;
  fromMs: number;
  samples = 0;
  #allocated = 0;
  #columns: (SlabRange | undefined)[] = [];
  #open: SampleSlab = newSlab(0);
  #openUsed = 0;

  constructor(set: SeriesSet, fromMs: number) {
    this.set = set;
    this.fromMs = fromMs;
  }

  /** Memory held, what moved series left behind included. */
  get bytes(): number {
    return this.#allocated * SAMPLE_BYTES + this.#columns.length * 64;
  }

  /** Takes over what was read with `roomFor`, into an empty entry. */
  fill(series: readonly ReadSeries[]): void {
    for (const { position, slab, from, to, limit } of series) {
      this.#columns[position] = { slab, from, to, limit };
      this.#allocated += limit - from;
      this.samples += to - from;
    }
  }

  /**
   * Copies the samples of `later`, which begin where this entry ends, behind its own. `later` may go on growing meanwhile; of what it
   * gets while this is under way, some is copied and some is not.
   */
  async adopt(later: CacheEntry): Promise<void> {
    const pacer = new Pacer();
    for (const [position, tail] of later.#columns.entries()) {
      if (tail === undefined) continue;
      const head = this.#columns[position];
      const count = tail.to - tail.from;
      const capacity = roomFor(count + (head === undefined ? 0 : head.to - head.from));
      const column = head === undefined ? this.#reserve(capacity) : this.#move(head, capacity);
      copySamples(tail, count, column.slab, column.to);
      column.to += count;
      this.#columns[position] = column;
      this.samples += count;
      if (pacer.isDue) await pacer.pause();
    }
  }

  /** A stored sample. A time that is there already gets the new value; an earlier one is put in its place. */
  append(position: number, tMs: number, low: number, high: number): void {
    if (tMs < this.fromMs) return;
    let column = this.#columns[position];
    if (column === undefined) {
      column = this.#reserve(16);
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
  #insert(column: SlabRange, tMs: number, low: number, high: number): void {
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

  /** Moves a series to a place with more room. */
  #move(column: SlabRange, capacity: number): SlabRange {
    const next = this.#reserve(capacity);
    const samples = column.to - column.from;
    copySamples(column, samples, next.slab, next.from);
    return Object.assign(column, next, { to: next.from + samples });
  }

  /** An empty place. */
  #reserve(capacity: number): SlabRange {
    if (capacity > SLAB_SAMPLES / 4) return { slab: this.#allocate(capacity), from: 0, to: 0, limit: capacity };
    if (this.#openUsed + capacity > this.#open.tsMs.length) {
      this.#open = this.#allocate(SLAB_SAMPLES);
      this.#openUsed = 0;
    }
    const from = this.#openUsed;
    this.#openUsed += capacity;
    return { slab: this.#open, from, to: from, limit: from + capacity };
  }

  #allocate(samples: number): SampleSlab {
    this.#allocated += samples;
    return newSlab(samples);
  }
}

/** Places for a series of so many samples: what it has, and some to grow into. */
export function roomFor(samples: number): number {
  return samples + Math.max(16, samples >> 3);
}

function put(slab: SampleSlab, at: number, tMs: number, low: number, high: number): void {
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
