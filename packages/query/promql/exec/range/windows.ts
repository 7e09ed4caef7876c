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
  /** No value is below the one before it, and none is NaN: a counter without resets. False also when nobody looked. */
  readonly isRising: boolean;
  /** Undefined for a series of floats only: such series take the fast paths. */
  readonly histograms: readonly HistogramSample[] | undefined;
}

/** Cuts a series to `[startMs, endMs]` and takes the staleness markers out. Copies only when there are some. */
export function rangeSeriesOf(series: SeriesColumns, startMs: number, endMs: number): RangeSeries | undefined {
  const { tsMs, values, labels } = series;
  const from = lowerBound(tsMs, series.from, series.to, startMs);
  const to = lowerBound(tsMs, from, series.to, endMs + 1);
  const histograms = series.histograms === undefined ? undefined : histogramsBetween(series.histograms, startMs, endMs);
  if (from === to && histograms === undefined) return undefined;
  const all = series.startTsMs;
  const startTsMs = all !== undefined && hasNonZero(all, from, to) ? all : undefined;
  const risingTo = endOfRise(values, from, to);
  const stale = risingTo === to ? 0 : countStale(values, risingTo, to);
  const isRising = risingTo === to;
  // One literal, so that all series have one shape.
  if (stale === 0) return { labels, dropName: false, tsMs, values, from, to, startTsMs, isRising, histograms };
  if (stale === to - from && histograms === undefined) return undefined;
  const kept = withoutStale(tsMs, values, startTsMs, from, to, to - from - stale);
  return {
    labels,
    dropName: false,
    tsMs: kept.tsMs,
    values: kept.values,
    from: 0,
    to: kept.to,
    startTsMs: kept.startTsMs,
    isRising: false,
    histograms,
  };
}

function histogramsBetween(
  histograms: readonly HistogramSample[],
  startMs: number,
  endMs: number,
): readonly HistogramSample[] | undefined {
  const between = histograms.filter((h) => h.tMs >= startMs && h.tMs <= endMs && h.stale !== true);
  return between.length > 0 ? between : undefined;
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

/**
 * The first index whose value is below the one before it, or NaN, or `to`. One comparison a value settles for counters both that there is
 * no staleness marker and that there is no reset.
 */
function endOfRise(values: Float64Array, from: number, to: number): number {
  let previous = -Infinity;
  for (let i = from; i < to; i++) {
    const v = values[i] as number;
    if (!(v >= previous)) return i;
    previous = v;
  }
  return to;
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
  // Often all of a series is wanted: then neither end needs a search.
  if (from >= to || (tsMs[from] as number) >= tMs) return from;
  if ((tsMs[to - 1] as number) < tMs) return to;
  let lo = from;
  let hi = to;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((tsMs[mid] as number) < tMs) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** As `lowerBound`, for what is likely to lie near `from`: the rest is not touched. */
function gallop(tsMs: Float64Array, from: number, to: number, tMs: number): number {
  let reach = 8;
  let start = from;
  while (start + reach < to && (tsMs[start + reach] as number) < tMs) {
    start += reach;
    reach *= 2;
  }
  return lowerBound(tsMs, start, Math.min(to, start + reach + 1), tMs);
}

/**
 * Fills `lo` and `hi`: window k holds the samples [lo[k], hi[k]). O(samples + steps); with evenly spaced samples each end is found at the
 * first guess, as far on as it went the last time.
 */
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
  let a = gallop(tsMs, from, to, end - rangeMs + 1);
  let b = gallop(tsMs, a, to, end + 1);
  let strideA = 0;
  let strideB = 0;
  for (let k = 0; k < steps; k++) {
    const guessB = b + strideB;
    if (guessB > b && guessB < to && (tsMs[guessB - 1] as number) <= end && (tsMs[guessB] as number) > end) {
      b = guessB;
    } else {
      const before = b;
      while (b < to && (tsMs[b] as number) <= end) b++;
      strideB = b - before;
    }
    const start = end - rangeMs;
    const guessA = a + strideA;
    if (guessA > a && guessA < b && (tsMs[guessA - 1] as number) <= start && (tsMs[guessA] as number) > start) {
      a = guessA;
    } else {
      const before = a;
      while (a < b && (tsMs[a] as number) <= start) a++;
      strideA = a - before;
    }
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
