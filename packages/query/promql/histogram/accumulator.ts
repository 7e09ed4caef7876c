import type { FloatHistogram } from '@petrel/model';
import { type CombineNotes, mergeInto } from './arithmetic.ts';
import { finished, schemasDiffer, type WorkingCopy, workingCopy } from './working-copy.ts';

/** Adds up many histograms with compensation terms for every number, as Prometheus's sum and avg do. */
export class HistogramAccumulator {
  readonly #total: WorkingCopy;

  constructor(first: FloatHistogram) {
    this.#total = workingCopy(first);
  }

  /** False: `add` would throw, because one is exponential and the other has custom buckets. */
  accepts(h: FloatHistogram): boolean {
    return !schemasDiffer(this.#total, h);
  }

  add(h: FloatHistogram): CombineNotes {
    return mergeInto(this.#total, h, 1);
  }

  sub(h: FloatHistogram): CombineNotes {
    return mergeInto(this.#total, h, -1);
  }

  /** Multiplies everything; for incremental means. */
  scale(factor: number): void {
    const total = this.#total;
    for (const value of [total.zeroCount, total.count, total.sum]) value.scale(factor);
    for (const { counts, errors } of [total.positive, total.negative]) {
      for (let i = 0; i < counts.length; i++) {
        counts[i] = (counts[i] as number) * factor;
        errors[i] = (errors[i] as number) * factor;
      }
    }
  }

  /** Whether a number has overflowed, so that a mean must be computed incrementally. */
  get overflowed(): boolean {
    const total = this.#total;
    const infinite = (x: number): boolean => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY;
    return (
      infinite(total.count.sum) ||
      infinite(total.sum.sum) ||
      infinite(total.zeroCount.sum) ||
      total.positive.counts.some(infinite) ||
      total.negative.counts.some(infinite)
    );
  }

  /** May hold empty buckets. */
  result(): FloatHistogram {
    return finished(this.#total, true);
  }
}
