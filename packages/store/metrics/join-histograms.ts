import { type HistogramSample, isStaleAt, type Labels, type SeriesColumns, wordsOf } from '@petrel/model';

const NONE = new Float64Array(0);

/**
 * Puts histograms beside the floats of their series. Where a time has both, one remains: a sample rather than a staleness marker, and else
 * the histogram, since a series moves from floats to histograms and hardly ever back. Takes what it joins out of `histograms`.
 */
export function joinHistograms(
  columns: readonly SeriesColumns[],
  histograms: Map<Labels, HistogramSample[]>,
): SeriesColumns[] {
  const joined = columns.map((series) => {
    const found = histograms.get(series.labels);
    if (found === undefined) return series;
    histograms.delete(series.labels);
    return joinSeries(series, found);
  });
  for (const [labels, found] of histograms) {
    joined.push({ labels, tsMs: NONE, values: NONE, from: 0, to: 0, histograms: found });
  }
  return joined;
}

/** `found` is ascending and not empty. */
function joinSeries(series: SeriesColumns, found: readonly HistogramSample[]): SeriesColumns {
  const { tsMs, values, from, to } = series;
  const words = wordsOf(values);
  const givesWay = new Set<number>();
  const kept: HistogramSample[] = [];
  let at = from;
  for (const sample of found) {
    while (at < to && (tsMs[at] as number) < sample.tMs) at++;
    const shared = at < to && tsMs[at] === sample.tMs;
    if (shared && sample.stale === true && !isStaleAt(words, at)) continue;
    if (shared) givesWay.add(at);
    kept.push(sample);
  }
  const floats = givesWay.size === 0 ? series : withoutSamples(series, givesWay);
  return kept.length === 0 ? floats : { ...floats, histograms: kept };
}

/** A copy, since the columns are shared. */
function withoutSamples({ labels, tsMs, values, from, to }: SeriesColumns, gone: ReadonlySet<number>): SeriesColumns {
  const length = to - from - gone.size;
  const times = new Float64Array(length);
  const copied = new Float64Array(length);
  let at = 0;
  for (let i = from; i < to; i++) {
    if (gone.has(i)) continue;
    times[at] = tsMs[i] as number;
    copied.set(values.subarray(i, i + 1), at++);
  }
  return { labels, tsMs: times, values: copied, from: 0, to: length };
}
