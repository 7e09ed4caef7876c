import type { FloatHistogram } from '@petrel/model';
import { allBuckets, usesCustomBuckets } from './bounds.ts';
import { Compensated } from './compensated.ts';

/**
 * The estimated variance of the observations: each bucket counts as if all of it lay at its geometric mean (arithmetic in custom buckets, 0 in
 * the zero bucket). Source: Prometheus documentation, histogram_stdvar().
 */
export function histogramVariance(h: FloatHistogram): number {
  const mean = h.sum / h.count;
  const variance = new Compensated();
  for (const { lower, upper, count } of allBuckets(h)) {
    if (count === 0) continue;
    let value: number;
    if (usesCustomBuckets(h)) value = (upper + lower) / 2;
    else if (lower <= 0 && upper >= 0) value = 0;
    else {
      value = Math.sqrt(upper * lower);
      if (upper < 0) value = -value;
    }
    const delta = value - mean;
    variance.add(count * delta * delta);
  }
  return variance.total() / h.count;
}
