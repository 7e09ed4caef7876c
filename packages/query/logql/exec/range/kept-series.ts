import { KernelInput } from '../../../promql/exec/range/kernel.ts';
import { quantileOverTime } from '../../../promql/exec/range/quantile.ts';
import type { LogWork } from '../log-work.ts';
import { windowTimes } from './folded-series.ts';
import type { Cells, FoldingName, Window } from './folding.ts';
import { FOLDINGS, newCells } from './folding.ts';
import type { SeriesStore } from './range-task.ts';
import type { RangeWindows } from './windows.ts';
import { BucketFinder, bucketsOf, lastNs } from './windows.ts';

type KeptOptions = { readonly windows: RangeWindows; readonly work: LogWork } & (
  | { readonly quantile: number; readonly folding?: never }
  | { readonly folding: FoldingName; readonly quantile?: never }
);

/** Series whose values are all kept: for quantiles, and where windows have no buckets in common that would be worth it. */
export class KeptSeries implements SeriesStore {
  readonly #windows: RangeWindows;
  readonly #work: LogWork;
  readonly #quantile: number | undefined;
  readonly #folding: FoldingName | undefined;
  readonly #series: Growing[] = [];
  readonly #input: KernelInput;
  readonly #window: (step: number) => Window;
  readonly #gaps: BucketFinder | undefined;
  readonly #endNs: bigint;
  #relNs = 0;

  constructor({ windows, work, quantile, folding }: KeptOptions) {
    this.#windows = windows;
    this.#work = work;
    this.#quantile = quantile;
    this.#folding = folding;
    this.#window = windowTimes(windows);
    this.#endNs = lastNs(windows);
    const buckets = bucketsOf(windows);
    this.#gaps = buckets.gaps ? new BucketFinder(windows, buckets) : undefined;
    // Of the windows only their number is used: lines are located to the nanosecond here.
    this.#input = new KernelInput({ endMs: 0, stepMs: 0, rangeMs: 0, steps: windows.steps });
    if (quantile !== undefined) this.#input.params = [new Float64Array(windows.steps).fill(quantile)];
  }

  covers(tsNs: bigint): boolean {
    this.#relNs = Number(tsNs - this.#windows.originNs);
    if (this.#gaps !== undefined) return this.#gaps.find(tsNs) >= 0;
    return tsNs > this.#windows.originNs && tsNs <= this.#endNs;
  }

  add(series: number, value: number): void {
    let kept = this.#series[series];
    if (kept === undefined) {
      kept = new Growing();
      this.#series[series] = kept;
    }
    this.#work.hold(2);
    kept.push(this.#relNs, value);
  }

  windows(series: number, out: Float64Array, present: Uint8Array): number {
    const kept = this.#series[series];
    if (kept === undefined) return 0;
    const input = this.#input;
    input.values = kept.values;
    input.from = 0;
    input.to = kept.length;
    this.#locate(kept);
    if (this.#quantile !== undefined) return quantileOverTime(input, out, present);
    return this.#replay(kept, out, present);
  }

  /** Values come in order of time, so both ends of the windows only move on. */
  #locate({ timesNs, length }: Growing): void {
    const { lo, hi } = this.#input;
    let from = 0;
    let to = 0;
    for (let k = 0; k < this.#windows.steps; k++) {
      const { endNs, rangeNs } = this.#window(k);
      while (from < length && (timesNs[from] as number) <= endNs - rangeNs) from++;
      if (to < from) to = from;
      while (to < length && (timesNs[to] as number) <= endNs) to++;
      lo[k] = from;
      hi[k] = to;
    }
  }

  /** Each window folded on its own, from the values in it. */
  #replay({ timesNs, values }: Growing, out: Float64Array, present: Uint8Array): number {
    const folding = FOLDINGS[this.#folding as FoldingName];
    const { lo, hi } = this.#input;
    let found = 0;
    for (let k = 0; k < out.length; k++) {
      const from = lo[k] as number;
      const to = hi[k] as number;
      if (from === to) continue;
      const cells: Cells = newCells(folding, 1);
      for (let i = from; i < to; i++) {
        cells.count[0] = i - from + 1;
        folding.add(cells, 0, values[i] as number, timesNs[i] as number);
      }
      out[k] = folding.value(cells, 0, this.#window(k));
      present[k] = 1;
      found++;
    }
    return found;
  }
}

/** Times and values, in arrays that double. */
class Growing {
  timesNs = new Float64Array(16);
  values = new Float64Array(16);
  length = 0;

  push(timeNs: number, value: number): void {
    if (this.length === this.values.length) {
      this.timesNs = doubled(this.timesNs);
      this.values = doubled(this.values);
    }
    this.timesNs[this.length] = timeNs;
    this.values[this.length++] = value;
  }
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
