import type { FloatHistogram, HistogramSample, Labels, SeriesColumns } from '@petrel/model';
import { setStaleAt, wordsOf } from '@petrel/model';

/** One sample that a rule writes at the instant of its evaluation. */
export interface RuleSample {
  /** With `__name__`. */
  readonly labels: Labels;
  /** 0 where there is a histogram, or the series ends. */
  readonly value: number;
  readonly histogram?: FloatHistogram;
  /** The series is not there any more. */
  readonly stale?: boolean;
}

/** Samples of one instant as series of a source, all in shared columns. The label sets must be distinct. */
export function columnsAt(samples: readonly RuleSample[], tMs: number): readonly SeriesColumns[] {
  const tsMs = new Float64Array(samples.length).fill(tMs);
  const values = new Float64Array(samples.length);
  const words = wordsOf(values);
  return samples.map(({ labels, value, histogram, stale }, i) => {
    if (stale === true) setStaleAt(words, i);
    else values[i] = value;
    if (histogram === undefined) return { labels, tsMs, values, from: i, to: i + 1 };
    const histograms: readonly HistogramSample[] = [{ tMs, histogram }];
    return { labels, tsMs, values, from: i, to: i, histograms };
  });
}
