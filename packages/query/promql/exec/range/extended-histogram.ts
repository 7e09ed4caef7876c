import type { FloatHistogram, HistogramSample } from '@petrel/model';
import {
  combinable,
  compactHistogram,
  detectReset,
  divHistogram,
  mulHistogram,
  usesCustomBuckets,
  withHint,
} from '../../histogram/index.ts';
import { HISTOGRAM_TEXT } from '../histogram-notes.ts';
import type { RateContext } from './histogram-rate.ts';
import { add, isGauge, mixedSchemas, subtract } from './histogram-rate.ts';

/** rate, increase and delta of histograms over `anchored` and `smoothed` ranges; `points` reach beyond the range as they do for floats. */
export function extendedHistogramRate(
  points: readonly HistogramSample[],
  smoothed: boolean,
  context: RateContext,
): FloatHistogram | undefined {
  const { startMs, endMs, isCounter, divisor, annotations, metric, pos } = context;
  let last = points.length - 1;
  const after = points.findIndex((p, i) => i < last && p.tMs > startMs);
  const first = Math.max(0, (after < 0 ? last : after) - 1);
  if (smoothed) {
    const reached = points.findIndex((p, i) => i < last && p.tMs >= endMs);
    if (reached >= 0) last = reached;
  }
  const a = points[first] as HistogramSample;
  const b = points[last] as HistogramSample;
  if (b.tMs <= startMs || (smoothed && a.tMs > endMs)) return undefined;
  if (!validate(points.slice(first, last + 1), context)) return undefined;
  const left = smoothed && a.tMs < startMs ? interpolate(points, first, startMs, context) : a.histogram;
  const right = smoothed && last > 0 && b.tMs > endMs ? interpolate(points, last - 1, endMs, context) : b.histogram;
  if (left === undefined || right === undefined) return undefined;
  if (!isCounter && (!isGauge(left) || !isGauge(right))) annotations.warn(HISTOGRAM_TEXT.notGauge(metric), pos);
  let change = subtract(right, left, context);
  if (change === undefined) return undefined;
  if (isCounter) {
    const spanned = smoothed && a.tMs < startMs && resetAt(points, first + 1);
    for (const lost of lostAtResets(points, { first, last, left, right, spanned })) {
      change = add(change, lost, context);
      if (change === undefined) return undefined;
    }
  }
  return compactHistogram(withHint(divHistogram(change, divisor), 'gauge'));
}

function validate(points: readonly HistogramSample[], context: RateContext): boolean {
  const custom = usesCustomBuckets((points[0] as HistogramSample).histogram);
  for (const { histogram } of points) {
    if (usesCustomBuckets(histogram) !== custom) {
      mixedSchemas(context);
      return false;
    }
    if (context.isCounter && isGauge(histogram)) {
      context.annotations.warn(HISTOGRAM_TEXT.notCounter(context.metric), context.pos);
    }
  }
  return true;
}

function resetAt(points: readonly HistogramSample[], i: number): boolean {
  const current = points[i];
  const previous = points[i - 1];
  return current !== undefined && previous !== undefined && detectReset(current.histogram, previous.histogram);
}

interface Ends {
  readonly first: number;
  readonly last: number;
  readonly left: FloatHistogram;
  readonly right: FloatHistogram;
  /** The value at the left end was interpolated across a reset, which is thereby accounted for. */
  readonly spanned: boolean;
}

/** What the counter had each time when it was reset between the two ends. */
function lostAtResets(
  points: readonly HistogramSample[],
  { first, last, left, right, spanned }: Ends,
): FloatHistogram[] {
  const from = first + (spanned ? 2 : 1);
  if (from > last) return [];
  const lost: FloatHistogram[] = [];
  let previous = spanned ? (points[first + 1] as HistogramSample).histogram : left;
  for (let i = from; i < last; i++) {
    const { histogram } = points[i] as HistogramSample;
    if (detectReset(histogram, previous)) lost.push(previous);
    previous = histogram;
  }
  if (detectReset(right, previous)) lost.push(previous);
  return lost;
}

/** On the line between point i and the next one. A counter that was reset between them counts from zero. */
export function interpolate(
  points: readonly HistogramSample[],
  i: number,
  tMs: number,
  context: Pick<RateContext, 'isCounter' | 'metric' | 'pos' | 'annotations'>,
): FloatHistogram | undefined {
  const a = points[i] as HistogramSample;
  const b = points[i + 1] as HistogramSample;
  if (tMs === a.tMs) return a.histogram;
  if (tMs === b.tMs) return b.histogram;
  const fraction = (tMs - a.tMs) / (b.tMs - a.tMs);
  if (!combinable(a.histogram, b.histogram)) {
    context.annotations.warn(HISTOGRAM_TEXT.mixedSchemas(context.metric), context.pos);
    return undefined;
  }
  if (context.isCounter && detectReset(b.histogram, a.histogram)) return mulHistogram(b.histogram, fraction);
  const notes = { ...context, divisor: 1, startMs: a.tMs, endMs: b.tMs };
  const difference = subtract(b.histogram, a.histogram, notes);
  return difference === undefined ? undefined : add(mulHistogram(difference, fraction), a.histogram, notes);
}
