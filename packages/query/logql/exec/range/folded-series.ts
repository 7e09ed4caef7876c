import type { LogWork } from '../log-work.ts';
import { WindowFolder } from './fold-windows.ts';
import type { Cells, Folding, FoldingName, Window } from './folding.ts';
import { FOLDINGS, newCells } from './folding.ts';
import type { SeriesStore } from './range-task.ts';
import type { Buckets, RangeWindows } from './windows.ts';
import { BucketFinder } from './windows.ts';

interface FoldedOptions {
  readonly windows: RangeWindows;
  readonly buckets: Buckets;
  readonly work: LogWork;
  readonly folding: FoldingName;
}

/** Series whose lines are folded into buckets as they come: what is held grows with the buckets, not with the lines. */
export class FoldedSeries implements SeriesStore {
  readonly #folding: Folding;
  readonly #buckets: Buckets;
  readonly #finder: BucketFinder;
  readonly #folder: WindowFolder;
  readonly #work: LogWork;
  readonly #series: Cells[] = [];
  readonly #originNs: bigint;
  readonly #window: (step: number) => Window;
  #bucket = -1;
  #relNs = 0;

  constructor({ windows, buckets, work, folding }: FoldedOptions) {
    this.#folding = FOLDINGS[folding];
    this.#buckets = buckets;
    this.#work = work;
    this.#originNs = windows.originNs;
    this.#finder = new BucketFinder(windows, buckets);
    work.hold(buckets.perWindow === 1 ? 0 : buckets.count * 2 * (1 + this.#folding.columns));
    this.#folder = new WindowFolder(buckets, this.#folding);
    this.#window = windowTimes(windows);
  }

  covers(tsNs: bigint): boolean {
    this.#bucket = this.#finder.find(tsNs);
    this.#relNs = Number(tsNs - this.#originNs);
    return this.#bucket >= 0;
  }

  add(series: number, value: number): void {
    let cells = this.#series[series];
    if (cells === undefined) {
      this.#work.hold(this.#buckets.count * (1 + this.#folding.columns));
      cells = newCells(this.#folding, this.#buckets.count);
      this.#series[series] = cells;
    }
    const at = this.#bucket;
    cells.count[at] = (cells.count[at] as number) + 1;
    this.#folding.add(cells, at, value, this.#relNs);
  }

  windows(series: number, out: Float64Array, present: Uint8Array): number {
    const cells = this.#series[series];
    return cells === undefined ? 0 : this.#folder.fold(cells, this.#window, out, present);
  }
}

/** The bounds of each window relative to the first one's start. */
export function windowTimes({ stepNs, rangeNs }: RangeWindows): (step: number) => Window {
  const step = Number(stepNs);
  const range = Number(rangeNs);
  return (k) => ({ endNs: k * step + range, rangeNs: range });
}
