import { PetrelError } from '@petrel/model';

/** What was seen of one metric of a histogram or gauge histogram. */
export interface HistogramParts {
  readonly gauge: boolean;
  /** In the order seen. */
  readonly bounds: number[];
  readonly counts: number[];
  count: number | undefined;
  sum: number | undefined;
}

/** The rules that OpenMetrics has for a histogram as a whole; throws DECODE_FAILED. */
export function checkHistogram({ gauge, bounds, counts, count, sum }: HistogramParts): void {
  if (bounds.at(-1) !== Infinity) fail('a histogram whose last bucket is not +Inf');
  for (let i = 1; i < bounds.length; i++) {
    if ((bounds[i] as number) <= (bounds[i - 1] as number)) fail('buckets out of order');
    if ((counts[i] as number) < (counts[i - 1] as number)) fail('bucket counts that go down');
  }
  if ((count === undefined) !== (sum === undefined)) fail('a histogram with only one of sum and count');
  if (count !== undefined && count !== counts.at(-1)) fail('a count that is not that of the +Inf bucket');
  const negative = (bounds[0] as number) < 0;
  if (!gauge && sum !== undefined && negative) fail('a sum beside negative buckets');
  if (gauge && sum !== undefined && sum < 0 && !negative) fail('a negative sum without negative buckets');
}

function fail(message: string): never {
  throw new PetrelError('DECODE_FAILED', `OpenMetrics: ${message}`);
}
