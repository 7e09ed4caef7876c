import type { FloatHistogram, HistogramSample } from '@petrel/model';
import {
  addHistograms,
  combinable,
  compactHistogram,
  detectReset,
  mulHistogram,
  reduceResolution,
  subHistograms,
  usesCustomBuckets,
  withHint,
} from '../../histogram/index.ts';
import type { Position } from '../../parse/ast.ts';
import type { Annotations } from '../annotations.ts';
import { HISTOGRAM_TEXT, noteReconciled } from '../histogram-notes.ts';
import { startsAnew, startsOverlap } from './rate.ts';

/** What rate, increase and delta of histograms speak about. */
export interface RateContext {
  readonly metric: string;
  readonly pos: Position;
  readonly annotations: Annotations;
  readonly isCounter: boolean;
  /** Seconds of the range for rate, 1 otherwise. */
  readonly divisor: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** rate, increase or delta of the histograms in a window, extrapolated as for floats. Undefined: no result. */
export function histogramRate(points: readonly HistogramSample[], context: RateContext): FloatHistogram | undefined {
  const { isCounter, startMs, endMs, divisor } = context;
  const first = points[0] as HistogramSample;
  const last = points[points.length - 1] as HistogramSample;
  let change = points.length > 1 ? histogramChange(points, context) : undefined;
  if (points.length > 1 && change === undefined) return undefined;
  const intervals = points.length - 1;
  let sampled = (last.tMs - first.tMs) / 1000;
  const average = intervals > 0 ? sampled / intervals : 0;
  const threshold = average * 1.1;
  let toStart = (first.tMs - startMs) / 1000;
  const start = first.startTMs ?? 0;
  if (isCounter && start !== 0 && start > startMs && start < first.tMs) {
    // The counter began inside the window: from zero, then.
    toStart = 0;
    sampled = (last.tMs - start) / 1000;
    change = change === undefined ? first.histogram : add(change, first.histogram, context);
  } else {
    if (change === undefined) return undefined;
    if (toStart >= threshold) toStart = average / 2;
    if (isCounter && change.count > 0 && first.histogram.count >= 0) {
      toStart = Math.min(toStart, sampled * (first.histogram.count / change.count));
    }
  }
  if (change === undefined) return undefined;
  let toEnd = (endMs - last.tMs) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return withHint(mulHistogram(change, factor / divisor), 'gauge');
}

function histogramChange(points: readonly HistogramSample[], context: RateContext): FloatHistogram | undefined {
  const { annotations, metric, pos, isCounter } = context;
  const first = points[0] as HistogramSample;
  const second = points[1] as HistogramSample;
  const last = points[points.length - 1] as HistogramSample;
  let before = first.histogram;
  if (isCounter && (isGauge(before) || isGauge(last.histogram))) {
    annotations.warn(HISTOGRAM_TEXT.notCounter(metric), pos);
  }
  // The first sample counts for nothing when the counter is reset right after it, whatever its layout.
  if (isCounter && isReset(second, first)) before = emptyLike(second.histogram);
  const custom = usesCustomBuckets(before);
  if (usesCustomBuckets(last.histogram) !== custom) return mixedSchemas(context);
  let schema = Math.min(last.histogram.schema, before.schema);
  for (const { histogram } of isCounter ? points.slice(1, -1) : []) {
    if (isGauge(histogram)) annotations.warn(HISTOGRAM_TEXT.notCounter(metric), pos);
    if (usesCustomBuckets(histogram) !== custom) return mixedSchemas(context);
    schema = Math.min(schema, histogram.schema);
  }
  let change = subtract(reduceResolution(last.histogram, schema), before, context);
  if (change === undefined) return undefined;
  if (!isCounter) {
    if (!isGauge(first.histogram) || !isGauge(last.histogram)) annotations.warn(HISTOGRAM_TEXT.notGauge(metric), pos);
    return compactHistogram(withHint(change, 'gauge'));
  }
  for (let i = 1; i < points.length; i++) {
    const current = points[i] as HistogramSample;
    const previous = points[i - 1] as HistogramSample;
    if (startsOverlap(previous.startTMs ?? 0, previous.tMs, current.startTMs ?? 0)) {
      annotations.warn(
        `sample has start time that overlaps with previous sample timestamp for metric ${JSON.stringify(metric)}`,
        pos,
      );
    }
    const base = i === 1 ? before : previous.histogram;
    if (!startedAnew(current, previous) && !detectReset(current.histogram, base)) continue;
    change = add(change, base, context);
    if (change === undefined) return undefined;
  }
  return compactHistogram(withHint(change, 'gauge'));
}

export function isGauge(histogram: FloatHistogram): boolean {
  return histogram.counterResetHint === 'gauge';
}

function startedAnew(current: HistogramSample, previous: HistogramSample): boolean {
  return startsAnew(previous.startTMs ?? 0, previous.tMs, current.startTMs ?? 0, current.tMs);
}

export function isReset(current: HistogramSample, previous: HistogramSample): boolean {
  return startedAnew(current, previous) || detectReset(current.histogram, previous.histogram);
}

function emptyLike({ schema, customValues }: FloatHistogram): FloatHistogram {
  return {
    counterResetHint: 'unknown',
    schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    customValues,
  };
}

export function mixedSchemas({ annotations, metric, pos }: RateContext): undefined {
  annotations.warn(HISTOGRAM_TEXT.mixedSchemas(metric), pos);
  return undefined;
}

/** a - b with the annotations of a range function; undefined when they cannot be combined. */
export function subtract(a: FloatHistogram, b: FloatHistogram, context: RateContext): FloatHistogram | undefined {
  if (!combinable(a, b)) return mixedSchemas(context);
  const { histogram, boundsReconciled } = subHistograms(a, b);
  if (boundsReconciled) noteReconciled(context.annotations, 'subtraction', context.pos);
  return histogram;
}

export function add(a: FloatHistogram, b: FloatHistogram, context: RateContext): FloatHistogram | undefined {
  if (!combinable(a, b)) return mixedSchemas(context);
  const { histogram, boundsReconciled } = addHistograms(a, b);
  if (boundsReconciled) noteReconciled(context.annotations, 'addition', context.pos);
  return histogram;
}
