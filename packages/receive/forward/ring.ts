import { type HistogramRow, wordsOf } from '@petrel/model';
import type { ForwardSeries } from './series-table.ts';

/** A bounded queue of samples in columns. When it is full the oldest sample makes room: newer ones say more. */
export class SampleRing {
  readonly #series: (ForwardSeries | undefined)[];
  readonly #times: Float64Array;
  readonly #starts: Float64Array;
  readonly #values: Float64Array;
  readonly #words: Uint32Array;
  readonly #histograms: (HistogramRow | undefined)[];
  #head = 0;
  #size = 0;

  constructor(readonly capacity: number) {
    this.#series = new Array(capacity);
    this.#histograms = new Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#starts = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
    this.#words = wordsOf(this.#values);
  }

  get size(): number {
    return this.#size;
  }

  /** Answers how many samples had to go for it: 0 or 1. */
  push(
    series: ForwardSeries,
    tMs: number,
    low: number,
    high: number,
    startMs: number,
    histogram?: HistogramRow,
  ): number {
    const dropped = this.#size === this.capacity ? 1 : 0;
    if (dropped === 1) this.#shift();
    const at = (this.#head + this.#size) % this.capacity;
    this.#series[at] = series;
    this.#histograms[at] = histogram;
    this.#times[at] = tMs;
    this.#starts[at] = startMs;
    this.#words[2 * at] = low;
    this.#words[2 * at + 1] = high;
    this.#size++;
    return dropped;
  }

  /** Takes up to `count` of the oldest, in order. */
  take(count: number, visit: SampleVisitor): number {
    const taken = Math.min(count, this.#size);
    for (let i = 0; i < taken; i++) {
      const at = this.#head;
      visit(
        this.#series[at] as ForwardSeries,
        this.#times[at] as number,
        this.#words[2 * at] as number,
        this.#words[2 * at + 1] as number,
        this.#starts[at] as number,
        this.#histograms[at],
      );
      this.#shift();
    }
    return taken;
  }

  #shift(): void {
    this.#series[this.#head] = undefined;
    this.#histograms[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size--;
  }
}

export type SampleVisitor = (
  series: ForwardSeries,
  tMs: number,
  low: number,
  high: number,
  startMs: number,
  histogram: HistogramRow | undefined,
) => void;
