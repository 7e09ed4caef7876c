import type { FloatHistogram, SeriesRegistry } from '@petrel/model';
import type { BatchBuilder } from '@petrel/wire';

/**
 * The series of one scrape that get a staleness marker unless the next scrape brings them again, in the order of the body.
 * References are kept with the hash that leads to them: the registry may forget a series that is not written for long and give
 * its reference to another.
 */
export class TrackedSeries {
  readonly #refs: number[] = [];
  readonly #highs: number[] = [];
  readonly #lows: number[] = [];
  readonly #histograms = new Set<number>();

  get size(): number {
    return this.#refs.length;
  }

  get refs(): readonly number[] {
    return this.#refs;
  }

  add(ref: number, high: number, low: number, isHistogram: boolean): void {
    this.#refs.push(ref);
    this.#highs.push(high);
    this.#lows.push(low);
    if (isHistogram) this.#histograms.add(ref);
  }

  sameAs(other: TrackedSeries): boolean {
    const theirs = other.#refs;
    return theirs.length === this.#refs.length && theirs.every((ref, i) => ref === this.#refs[i]);
  }

  /** Adds markers for the series that are not in `present`, and answers their references. */
  markStale(
    registry: SeriesRegistry,
    tMs: number,
    out: BatchBuilder,
    present: ReadonlySet<number> = NOTHING,
  ): readonly number[] {
    const gone: number[] = [];
    this.#refs.forEach((ref, i) => {
      if (present.has(ref) || registry.find(this.#highs[i] as number, this.#lows[i] as number) !== ref) return;
      gone.push(ref);
      if (this.#histograms.has(ref)) out.addHistogram({ ref, tMs, histogram: NO_HISTOGRAM, stale: true });
      else out.addStale(ref, tMs);
    });
    return gone;
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
