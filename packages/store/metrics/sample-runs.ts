import { orderRange } from './order-range.ts';
import { Pacer } from './pacer.ts';
import { copySamples, newSlab, type SampleSlab, type SlabRange, slabOf } from './sample-slab.ts';
import type { ChosenSeries } from './series-index.ts';

/** One series' samples, ascending and without repeated times: `position` is that of the series in its set. */
export interface ReadSeries extends Readonly<SlabRange> {
  readonly chosen: ChosenSeries;
  readonly position: number;
}

/** The runs of one metric's series as linked lists: numbers of runs by position, -1 where there is none. */
interface Chains {
  readonly first: number[];
  readonly last: number[];
}

/**
 * Puts series together from rows that come in the order of the table's key, part by part and thread by thread: a series is a few runs of
 * consecutive rows, each mostly ascending.
 */
export class SampleRuns {
  readonly #slabs: SampleSlab[] = [];
  // By number of the run.
  readonly #slabOf: number[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #next: number[] = [];
  readonly #chains = new Map<ChosenSeries, Chains>();

  /** Takes over the columns of a block, whose ids are two words a row, or a place in `ids` for each row. Returns how many samples the selector wants. */
  addBlock(options: {
    readonly rows: number;
    readonly ids: Uint32Array;
    /** Absent: row i has id i. */
    readonly placeOf?: Uint8Array | Uint16Array | Uint32Array | undefined;
    readonly tsMs: Float64Array;
    readonly values: Float64Array;
    /** The metric of a row. Equal ids in neighbouring rows are taken for one series: they hash the metric's name too. */
    readonly chosenAt: (row: number) => ChosenSeries | undefined;
    /** Whether the selector wants the series at this position. */
    readonly picks: (chosen: ChosenSeries, position: number) => boolean;
  }): number {
    const { rows, ids, placeOf, tsMs, values, chosenAt, picks } = options;
    const slab = this.#slabs.length;
    let taken = 0;
    for (let from = 0; from < rows; ) {
      const place = placeOf === undefined ? from : (placeOf[from] as number);
      const low = ids[2 * place] as number;
      const high = ids[2 * place + 1] as number;
      const to = placeOf === undefined ? endOfId(ids, from, rows) : endOfPlace(placeOf, from, rows);
      const chosen = chosenAt(from);
      const position = chosen?.set.find(high, low) ?? -1;
      if (chosen !== undefined && position >= 0 && picks(chosen, position)) {
        this.#link(chosen, position, { slab, from, to });
        taken += to - from;
      }
      from = to;
    }
    if (taken > 0) this.#slabs.push(slabOf(tsMs, values));
    return taken;
  }

  /**
   * Every series that has samples, in order. With `roomFor`, each gets so many places for that many samples, in memory of their own;
   * without, what came as one run stays where it came. Metrics in which a time has two values are told to `onConflict`. Gives way to
   * other work now and then.
   */
  async gather(
    onConflict: (chosen: ChosenSeries) => void,
    roomFor?: (samples: number) => number,
  ): Promise<ReadSeries[]> {
    const series: ReadSeries[] = [];
    const target = newSlab(this.#room(roomFor));
    let at = 0;
    const pacer = new Pacer();
    for (const [chosen, { first }] of this.#chains) {
      for (let position = 0; position < first.length; position++) {
        const runs = this.#runsOf(first[position] as number);
        if (runs.length === 0) continue;
        let range = runs[0] as SlabRange;
        if (runs.length > 1 || roomFor !== undefined) {
          range = concatenate(runs, target, at, roomFor);
          at = range.limit;
        }
        const ordered = orderRange(range.slab.tsMs, range.slab.values, range.from, range.to);
        if (ordered.conflict) onConflict(chosen);
        series.push({ chosen, position, ...range, to: ordered.to });
        if (pacer.isDue) await pacer.pause();
      }
    }
    return series;
  }

  #link(chosen: ChosenSeries, position: number, { slab, from, to }: { slab: number; from: number; to: number }): void {
    let chains = this.#chains.get(chosen);
    if (chains === undefined) {
      chains = { first: [], last: [] };
      this.#chains.set(chosen, chains);
    }
    const { first, last } = chains;
    while (first.length <= position) {
      first.push(-1);
      last.push(-1);
    }
    const run = this.#slabOf.push(slab) - 1;
    this.#from.push(from);
    this.#to.push(to);
    this.#next.push(-1);
    const before = last[position] as number;
    if (before < 0) first[position] = run;
    else this.#next[before] = run;
    last[position] = run;
  }

  #runsOf(first: number): SlabRange[] {
    const runs: SlabRange[] = [];
    for (let run = first; run >= 0; run = this.#next[run] as number) {
      const to = this.#to[run] as number;
      runs.push({
        slab: this.#slabs[this.#slabOf[run] as number] as SampleSlab,
        from: this.#from[run] as number,
        to,
        limit: to,
      });
    }
    return runs.sort(byStart);
  }

  /** Places that `gather` fills. */
  #room(roomFor: ((samples: number) => number) | undefined): number {
    let room = 0;
    for (const { first } of this.#chains.values()) {
      for (const start of first) {
        if (start < 0 || (roomFor === undefined && (this.#next[start] as number) < 0)) continue;
        let samples = 0;
        for (let run = start; run >= 0; run = this.#next[run] as number) {
          samples += (this.#to[run] as number) - (this.#from[run] as number);
        }
        room += roomFor?.(samples) ?? samples;
      }
    }
    return room;
  }
}

/** Where the run of rows with the id of row `from` ends. */
function endOfId(ids: Uint32Array, from: number, rows: number): number {
  const low = ids[2 * from];
  const high = ids[2 * from + 1];
  let to = from + 1;
  while (to < rows && ids[2 * to] === low && ids[2 * to + 1] === high) to++;
  return to;
}

function endOfPlace(placeOf: Uint8Array | Uint16Array | Uint32Array, from: number, rows: number): number {
  const place = placeOf[from];
  let to = from + 1;
  while (to < rows && placeOf[to] === place) to++;
  return to;
}

function byStart(a: SlabRange, b: SlabRange): number {
  return (a.slab.tsMs[a.from] as number) - (b.slab.tsMs[b.from] as number);
}

function concatenate(
  runs: readonly SlabRange[],
  slab: SampleSlab,
  from: number,
  roomFor: ((samples: number) => number) | undefined,
): SlabRange {
  let to = from;
  for (const run of runs) {
    copySamples(run, run.to - run.from, slab, to);
    to += run.to - run.from;
  }
  return { slab, from, to, limit: roomFor === undefined ? to : from + roomFor(to - from) };
}
