import type { FloatHistogram, HistogramSample, SeriesColumns } from '@petrel/model';
import { detectReset, withHint } from '../histogram/index.ts';
import type { RangeSelectNode, SelectNode } from '../plan/plan-node.ts';
import type { EvalContext } from './context.ts';

/** The series that a selector node works on. */
export function fetchedSeries(node: SelectNode | RangeSelectNode, context: EvalContext): readonly SeriesColumns[] {
  const series = context.fetched(node.need);
  if (!node.totalsOnly || !series.some((one) => one.histograms !== undefined)) return series;
  return series.map((one) =>
    one.histograms === undefined ? one : { ...one, histograms: withFoundHints(one.histograms) },
  );
}

/** Where the data does not tell whether a counter was reset, the histogram before it does. */
function withFoundHints(samples: readonly HistogramSample[]): readonly HistogramSample[] {
  let previous: FloatHistogram | undefined;
  return samples.map((sample) => {
    if (sample.stale === true) return sample;
    const { histogram } = sample;
    const before = previous;
    previous = histogram;
    if (histogram.counterResetHint !== 'unknown' || before === undefined) return sample;
    return { ...sample, histogram: withHint(histogram, detectReset(histogram, before) ? 'reset' : 'not_reset') };
  });
}
