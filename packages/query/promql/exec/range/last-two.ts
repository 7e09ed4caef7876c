import type { FloatHistogram } from '@petrel/model';
import { combinable, compactHistogram, divHistogram, subHistograms, withHint } from '../../histogram/index.ts';
import { HISTOGRAM_TEXT, noteReconciled } from '../histogram-notes.ts';
import { isGauge, isReset } from './histogram-rate.ts';
import type { AnySample, MixedWindow } from './mixed.ts';
import { startsAnew } from './rate.ts';
import type { WindowResult } from './windows.ts';

/** irate and idelta of a window with histograms: the last two samples, of whatever kind. */
export function lastTwoSamples(window: MixedWindow, samples: readonly AnySample[]): WindowResult {
  const { metric, pos, context } = window;
  const a = samples.at(-2);
  const b = samples.at(-1);
  if (a === undefined || b === undefined || a.tMs === b.tMs) return undefined;
  const isRate = window.func === 'irate';
  const seconds = (b.tMs - a.tMs) / 1000;
  if (a.histogram === undefined && b.histogram === undefined) {
    const reset = isRate && (b.value < a.value || startsAnew(a.startTMs, a.tMs, b.startTMs, b.tMs));
    const value = reset ? b.value : b.value - a.value;
    return isRate ? value / seconds : value;
  }
  if (a.histogram === undefined || b.histogram === undefined) {
    context.annotations.warn(HISTOGRAM_TEXT.mixedTypes(metric), pos);
    return undefined;
  }
  const gauges = Number(isGauge(a.histogram)) + Number(isGauge(b.histogram));
  if (isRate && gauges > 0) context.annotations.warn(HISTOGRAM_TEXT.notCounter(metric), pos);
  if (!isRate && gauges < 2) context.annotations.warn(HISTOGRAM_TEXT.notGauge(metric), pos);
  const reset = isRate && isReset({ ...b, histogram: b.histogram }, { ...a, histogram: a.histogram });
  const result = reset ? b.histogram : difference(b.histogram, a.histogram, window);
  if (result === undefined) return undefined;
  const compact = compactHistogram(withHint(result, 'gauge'));
  return isRate ? divHistogram(compact, seconds) : compact;
}

function difference(
  b: FloatHistogram,
  a: FloatHistogram,
  { metric, pos, context }: MixedWindow,
): FloatHistogram | undefined {
  if (!combinable(b, a)) {
    context.annotations.warn(HISTOGRAM_TEXT.mixedSchemas(metric), pos);
    return undefined;
  }
  const { histogram, boundsReconciled } = subHistograms(b, a);
  if (boundsReconciled) noteReconciled(context.annotations, 'subtraction', pos);
  return histogram;
}
