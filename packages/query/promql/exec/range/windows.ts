import type { FloatHistogram, HistogramSample, Labels, SeriesColumns } from '@petrel/model';
import { STALE_NAN_HIGH, STALE_NAN_LOW, wordsOf } from '@petrel/model';

/** Windows `(endMs + k·stepMs - rangeMs, endMs + k·stepMs]` for k in [0, steps). stepMs 0: the same window at every step. */
export interface Windows {
  readonly endMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly rangeMs: number;
}

/** A series without staleness markers, as range functions see it. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  /** Only when a sample in [from, to) has a known start. Parallel to `values`. */
  readonly startTsMs: Float64Array | undefined;
  /** Undefined for a series of floats only: such series take the fast paths. */
  readonly histograms: readonly HistogramSample[] | undefined;
}

/** Cuts a series to `[startMs, endMs]` and takes the staleness markers out. Copies only when there are some. */
export function rangeSeriesOf(series: SeriesColumns, startMs: number, endMs: number): RangeSeries | undefined {
  const { tsMs, values, labels } = series;
  const from = lowerBound(tsMs, series.from, series.to, startMs);
  const to = lowerBound(tsMs, from, series.to, endMs + 1);
  const histograms = series.histograms?.filter((h) => h.tMs >= startMs && h.tMs <= endMs && h.stale !== true);
  const hasHistograms = histograms !== undefined && histograms.length > 0;
  if (from === to && !hasHistograms) return undefined;
  const base = { labels, dropName: false, histograms: hasHistograms ? histograms : undefined };
  const startTs = series.startTsMs;
  const hasStarts = startTs !== undefined && hasNonZero(startTs, from, to);
  const stale = countStale(values, from, to);
  if (stale === 0) return { ...base, tsMs, values, from, to, startTsMs: hasStarts ? startTs : undefined };
  const kept = to - from - stale;
  if (kept === 0 && !hasHistograms) return undefined;
  return { ...base, ...withoutStale(tsMs, values, hasStarts ? startTs : undefined, from, to, kept) };
}

function withoutStale(
  tsMs: Float64Array,
  values: Float64Array,
  startTs: Float64Array | undefined,
  from: number,
  to: number,
  kept: number,
): Pick<RangeSeries, 'tsMs' | 'values' | 'startTsMs' | 'from' | 'to'> {
  const words = wordsOf(values);
  const outTs = new Float64Array(kept);
  const outValues = new Float64Array(kept);
  const outStart = startTs === undefined ? undefined : new Float64Array(kept);
  let n = 0;
  for (let i = from; i < to; i++) {
    if (words[2 * i] === STALE_NAN_LOW && words[2 * i + 1] === STALE_NAN_HIGH) continue;
    outTs[n] = tsMs[i] as number;
    outValues[n] = values[i] as number;
    if (outStart !== undefined) outStart[n] = (startTs as Float64Array)[i] as number;
    n++;
  }
  return { tsMs: outTs, values: outValues, startTsMs: outStart, from: 0, to: kept };
}

function countStale(values: Float64Array, from: number, to: number): number {
  let words: Uint32Array | undefined;
  let n = 0;
  for (let i = from; i < to; i++) {
    const v = values[i] as number;
    // Only a NaN can be a marker; comparing the float first keeps the scan in one load.
    if (!Number.isNaN(v)) continue;
    words ??= wordsOf(values);
    if (words[2 * i] === STALE_NAN_LOW && words[2 * i + 1] === STALE_NAN_HIGH) n++;
  }
  return n;
}

function hasNonZero(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (values[i] !== 0) return true;
  return false;
}

/** The first index in [from, to) whose time is at least `tMs`, or `to`. */
export function lowerBound(tsMs: Float64Array, from: number, to: number, tMs: number): number {
  let lo = from;
  let hi = to;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((tsMs[mid] as number) < tMs) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** Fills `lo` and `hi`: window k holds the samples [lo[k], hi[k]). O(samples + steps). */
export function locateWindows(
  tsMs: Float64Array,
  from: number,
  to: number,
  windows: Windows,
  lo: Int32Array,
  hi: Int32Array,
): void {
  const { stepMs, steps, rangeMs } = windows;
  let end = windows.endMs;
  let a = lowerBound(tsMs, from, to, end - rangeMs + 1);
  let b = lowerBound(tsMs, a, to, end + 1);
  for (let k = 0; k < steps; k++) {
    while (b < to && (tsMs[b] as number) <= end) b++;
    const start = end - rangeMs;
    while (a < b && (tsMs[a] as number) <= start) a++;
    lo[k] = a;
    hi[k] = b;
    end += stepMs;
  }
}

/** The same for histograms. */
export function locateHistogramWindows(
  histograms: readonly HistogramSample[],
  windows: Windows,
  lo: Int32Array,
  hi: Int32Array,
): void {
  const { stepMs, steps, rangeMs } = windows;
  let end = windows.endMs;
  let a = 0;
  let b = 0;
  for (let k = 0; k < steps; k++) {
    while (b < histograms.length && (histograms[b] as HistogramSample).tMs <= end) b++;
    while (a < b && (histograms[a] as HistogramSample).tMs <= end - rangeMs) a++;
    lo[k] = a;
    hi[k] = b;
    end += stepMs;
  }
}

/** The result of a range function over a window with histograms in it. */
export type WindowResult = number | FloatHistogram | undefined;
