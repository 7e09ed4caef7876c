import type { ExemplarRow, HistogramRow, MetricMetadata, SampleBatch } from '@petrel/model';
import { STALE_NAN_HIGH, STALE_NAN_LOW, wordsOf } from '@petrel/model';

/**
 * Growable columns that become a SampleBatch. Columns double when they are full, so a batch of n samples costs at most 2n slots;
 * the column of start timestamps exists from the first sample that has one.
 */
export class BatchBuilder {
  #length = 0;
  #refs: Uint32Array;
  #timestampsMs: Float64Array;
  #values: Float64Array;
  #words: Uint32Array;
  #startTimestampsMs: Float64Array | undefined;
  #histograms: HistogramRow[] = [];
  #exemplars: ExemplarRow[] = [];
  #metadata: MetricMetadata[] = [];

  constructor(capacity = 1024) {
    const slots = Math.max(16, capacity);
    this.#refs = new Uint32Array(slots);
    this.#timestampsMs = new Float64Array(slots);
    this.#values = new Float64Array(slots);
    this.#words = wordsOf(this.#values);
  }

  get length(): number {
    return this.#length;
  }

  get histogramCount(): number {
    return this.#histograms.length;
  }

  get exemplarCount(): number {
    return this.#exemplars.length;
  }

  add(ref: number, tMs: number, value: number, startTMs = 0): void {
    const i = this.#slot(ref, tMs, startTMs);
    this.#values[i] = value;
  }

  /** The value as its two 32-bit words, so that a staleness marker survives. */
  addWords(ref: number, tMs: number, low: number, high: number, startTMs = 0): void {
    const i = this.#slot(ref, tMs, startTMs);
    this.#words[2 * i] = low;
    this.#words[2 * i + 1] = high;
  }

  addStale(ref: number, tMs: number): void {
    this.addWords(ref, tMs, STALE_NAN_LOW, STALE_NAN_HIGH);
  }

  addHistogram(row: HistogramRow): void {
    this.#histograms.push(row);
  }

  addExemplar(row: ExemplarRow): void {
    this.#exemplars.push(row);
  }

  addMetadata(metadata: MetricMetadata): void {
    this.#metadata.push(metadata);
  }

  /** The batch so far; the builder starts afresh with new columns. Arrays may be longer than `length`. */
  finish(): SampleBatch {
    const batch: SampleBatch = {
      length: this.#length,
      refs: this.#refs,
      timestampsMs: this.#timestampsMs,
      values: this.#values,
      ...(this.#startTimestampsMs === undefined ? {} : { startTimestampsMs: this.#startTimestampsMs }),
      ...(this.#histograms.length === 0 ? {} : { histograms: this.#histograms }),
      ...(this.#exemplars.length === 0 ? {} : { exemplars: this.#exemplars }),
      ...(this.#metadata.length === 0 ? {} : { metadata: this.#metadata }),
    };
    // Most builders are used once: what follows starts small.
    this.#length = 0;
    this.#refs = new Uint32Array(16);
    this.#timestampsMs = new Float64Array(16);
    this.#values = new Float64Array(16);
    this.#words = wordsOf(this.#values);
    this.#startTimestampsMs = undefined;
    this.#histograms = [];
    this.#exemplars = [];
    this.#metadata = [];
    return batch;
  }

  #slot(ref: number, tMs: number, startTMs: number): number {
    if (this.#length === this.#refs.length) this.#grow();
    const i = this.#length++;
    this.#refs[i] = ref;
    this.#timestampsMs[i] = tMs;
    if (startTMs !== 0) {
      this.#startTimestampsMs ??= new Float64Array(this.#refs.length);
      this.#startTimestampsMs[i] = startTMs;
    }
    return i;
  }

  #grow(): void {
    const slots = this.#refs.length * 2;
    const refs = new Uint32Array(slots);
    refs.set(this.#refs);
    this.#refs = refs;
    this.#timestampsMs = grown(this.#timestampsMs, slots);
    // Copied as words: copying floats one by one could change the payload of a NaN.
    const values = new Float64Array(slots);
    const words = wordsOf(values);
    words.set(this.#words);
    this.#values = values;
    this.#words = words;
    if (this.#startTimestampsMs !== undefined) this.#startTimestampsMs = grown(this.#startTimestampsMs, slots);
  }
}

function grown(column: Float64Array, slots: number): Float64Array {
  const out = new Float64Array(slots);
  out.set(column);
  return out;
}
