import type { FloatHistogram } from '@petrel/model';
import { allBuckets } from '../histogram/index.ts';
import { formatG } from './range-call.ts';

/** As Prometheus prints a histogram into a label: `{count:3, sum:4, (0.5,1]:1, (1,2]:2}`. Empty buckets are left out. */
export function histogramToString(histogram: FloatHistogram): string {
  const parts = [`count:${formatG(histogram.count)}`, `sum:${formatG(histogram.sum)}`];
  for (const { lower, upper, lowerInclusive, upperInclusive, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    const bounds = `${lowerInclusive ? '[' : '('}${formatG(lower)},${formatG(upper)}${upperInclusive ? ']' : ')'}`;
    parts.push(`${bounds}:${formatG(count)}`);
  }
  return `{${parts.join(', ')}}`;
}
