import type { HistogramSample, SeriesColumns } from '@petrel/model';
import { wordsOf } from '@petrel/model';

/** The part of a series within [startMs, endMs], sharing its columns. Undefined where that is empty. */
export function cutColumns(series: SeriesColumns, startMs: number, endMs: number): SeriesColumns | undefined {
  const from = lowerBound(series, startMs);
  const to = lowerBound(series, endMs + 1);
  const histograms = series.histograms?.filter(({ tMs }) => tMs >= startMs && tMs <= endMs) ?? [];
  if (from >= to && histograms.length === 0) return undefined;
  const { labels, tsMs, values, startTsMs } = series;
  return {
    labels,
    tsMs,
    values,
    from,
    to: Math.max(from, to),
    ...(startTsMs === undefined ? {} : { startTsMs }),
    ...(histograms.length === 0 ? {} : { histograms }),
  };
}

/** The first index in [from, to) with a time not before `tMs`. */
function lowerBound({ tsMs, from, to }: SeriesColumns, tMs: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tsMs[middle] as number) < tMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two parts of the same series as one; where both have a sample at a time, that of `upper` counts. Staleness markers keep their bits. */
export function mergeColumns(lower: SeriesColumns, upper: SeriesColumns): SeriesColumns {
  const size = lower.to - lower.from + upper.to - upper.from;
  const tsMs = new Float64Array(size);
  const values = new Float64Array(size);
  const out = wordsOf(values);
  const words = [wordsOf(lower.values), wordsOf(upper.values)] as const;
  const taken = new Set(upper.histograms?.map(({ tMs }) => tMs));
  let length = 0;
  const put = (side: 0 | 1, i: number, tMs: number): void => {
    tsMs[length] = tMs;
    out[2 * length] = words[side][2 * i] as number;
    out[2 * length + 1] = words[side][2 * i + 1] as number;
    length++;
  };
  let i = lower.from;
  let j = upper.from;
  while (i < lower.to || j < upper.to) {
    const a = i < lower.to ? (lower.tsMs[i] as number) : Infinity;
    const b = j < upper.to ? (upper.tsMs[j] as number) : Infinity;
    if (b <= a) put(1, j++, b);
    else if (!taken.has(a)) put(0, i, a);
    if (a <= b) i++;
  }
  const floats = new Set(tsMs.subarray(0, length));
  const histograms = mergeHistograms(lower.histograms ?? [], upper.histograms ?? [], floats);
  return {
    labels: upper.labels,
    tsMs,
    values,
    from: 0,
    to: length,
    ...(histograms.length === 0 ? {} : { histograms }),
  };
}

function mergeHistograms(
  lower: readonly HistogramSample[],
  upper: readonly HistogramSample[],
  floats: ReadonlySet<number>,
): readonly HistogramSample[] {
  if (lower.length + upper.length === 0) return [];
  const byTime = new Map<number, HistogramSample>();
  for (const sample of lower) if (!floats.has(sample.tMs)) byTime.set(sample.tMs, sample);
  for (const sample of upper) byTime.set(sample.tMs, sample);
  return [...byTime.values()].sort((a, b) => a.tMs - b.tMs);
}
