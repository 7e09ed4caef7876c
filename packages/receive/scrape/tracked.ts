import type { FloatHistogram, SeriesRegistry } from '@petrel/model';
import type { BatchBuilder } from '@petrel/wire';

/**
 * The series of one scrape that get a staleness marker unless the next scrape brings them again, in the order of the body.
 * References are kept with the hash that leads to them: the registry may forget a series that is not written for long and give
 * its reference to another.
 */
export class TrackedSeries {
  #size = 0;
  #refs: Uint32Array;
  #highs: Uint32Array;
  #lows: Uint32Array;
  readonly #histograms = new Set<number>();

  /** `expected`: how many series there will be, about. */
  constructor(expected = 0) {
    const capacity = Math.max(16, expected);
    this.#refs = new Uint32Array(capacity);
    this.#highs = new Uint32Array(capacity);
    this.#lows = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  get refs(): Uint32Array {
    return this.#refs.subarray(0, this.#size);
  }

  add(ref: number, high: number, low: number, isHistogram: boolean): void {
    if (this.#size === this.#refs.length) this.#grow();
    this.#refs[this.#size] = ref;
    this.#highs[this.#size] = high;
    this.#lows[this.#size++] = low;
    if (isHistogram) this.#histograms.add(ref);
  }

  sameAs(other: TrackedSeries): boolean {
    if (other.#size !== this.#size) return false;
    for (let i = 0; i < this.#size; i++) if (this.#refs[i] !== other.#refs[i]) return false;
    return true;
  }

  /** Adds markers for the series that are not in `present`. */
  markStale(registry: SeriesRegistry, tMs: number, out: BatchBuilder, present: ReadonlySet<number> = NOTHING): void {
    for (let i = 0; i < this.#size; i++) {
      const ref = this.#refs[i] as number;
      if (present.has(ref) || registry.find(this.#highs[i] as number, this.#lows[i] as number) !== ref) continue;
      if (this.#histograms.has(ref)) out.addHistogram({ ref, tMs, histogram: NO_HISTOGRAM, stale: true });
      else out.addStale(ref, tMs);
    }
  }

  #grow(): void {
    const enlarge = (before: Uint32Array): Uint32Array => {
      const after = new Uint32Array(2 * before.length);
      after.set(before);
      return after;
    };
    this.#refs = enlarge(this.#refs);
    this.#highs = enlarge(this.#highs);
    this.#lows = enlarge(this.#lows);
  }
}

const NOTHING: ReadonlySet<number> = new Set();

const NO_HISTOGRAM: FloatHistogram = {
  counterResetHint: 'unknown',
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: Number.NaN,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};
