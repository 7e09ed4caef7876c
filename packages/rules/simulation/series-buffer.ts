import type { HistogramSample, Labels, SeriesColumns } from '@petrel/model';
import { setStaleAt, wordsOf } from '@petrel/model';

/** A series that grows; itself the columns of a source, always up to date. Samples that are not newer than the last are left out, as a database does. */
export class SeriesBuffer implements SeriesColumns {
  tsMs = new Float64Array(16);
  values = new Float64Array(16);
  readonly from = 0;
  to = 0;
  histograms?: HistogramSample[];
  /** The last sample was no staleness marker. */
  isOpen = false;
  #words = wordsOf(this.values);
  #lastMs = -Infinity;

  constructor(readonly labels: Labels) {}

  append(tMs: number, value: number): void {
    if (tMs <= this.#lastMs) return;
    this.#lastMs = tMs;
    this.#grow();
    this.tsMs[this.to] = tMs;
    this.values[this.to++] = value;
    this.isOpen = true;
  }

  appendHistogram(sample: HistogramSample): void {
    if (sample.tMs <= this.#lastMs) return;
    this.#lastMs = sample.tMs;
    this.histograms ??= [];
    this.histograms.push(sample);
    this.isOpen = true;
  }

  /** Marks the end of the series, if it is not at its end. */
  close(tMs: number): void {
    if (!this.isOpen || tMs <= this.#lastMs) return;
    this.#lastMs = tMs;
    this.#grow();
    this.tsMs[this.to] = tMs;
    setStaleAt(this.#words, this.to++);
    this.isOpen = false;
  }

  #grow(): void {
    if (this.to < this.tsMs.length) return;
    const tsMs = new Float64Array(this.to * 2);
    const values = new Float64Array(this.to * 2);
    tsMs.set(this.tsMs);
    const words = wordsOf(values);
    // Words, because a staleness marker must keep its bits.
    words.set(this.#words);
    this.tsMs = tsMs;
    this.values = values;
    this.#words = words;
  }
}
