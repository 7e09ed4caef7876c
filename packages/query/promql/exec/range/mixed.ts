import type { FloatHistogram, HistogramSample } from '@petrel/model';
import { compactHistogram, equalHistograms } from '../../histogram/index.ts';
import type { Position } from '../../parse/ast.ts';
import type { CallNode } from '../../plan/plan-node.ts';
import type { HistogramColumn } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { HISTOGRAM_TEXT, meanHistogram, noteCombination, sumHistograms } from '../histogram-notes.ts';
import type { RangeFunction } from '../range-functions.ts';
import type { RangeInput } from '../range-input.ts';
import { extendedHistogramRate } from './extended-histogram.ts';
import { histogramRate, isReset } from './histogram-rate.ts';
import type { KernelInput } from './kernel.ts';
import { lastTwoSamples } from './last-two.ts';
import { startsAnew } from './rate.ts';
import type { RangeSeries, WindowResult } from './windows.ts';
import { locateHistogramWindows } from './windows.ts';

/** A sample of either kind. */
export interface AnySample {
  readonly tMs: number;
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
  readonly startTMs: number;
}

/** A window that holds histograms, and maybe floats as well. */
export interface MixedWindow {
  readonly func: string;
  readonly metric: string;
  readonly pos: Position;
  readonly floats: readonly AnySample[];
  readonly histograms: readonly HistogramSample[];
  readonly startMs: number;
  readonly endMs: number;
  readonly range: RangeInput;
  readonly context: EvalContext;
}

/** Functions that take the floats and leave histograms out, with an info where both are there. */
const FLOATS_ONLY: ReadonlySet<string> = new Set([
  'deriv',
  'double_exponential_smoothing',
  'mad_over_time',
  'max_over_time',
  'min_over_time',
  'predict_linear',
  'quantile_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
]);

/**
 * A range function over a series that has histograms. `values` and `present` hold what its floats alone gave; steps whose window holds
 * a histogram are decided anew.
 */
export function mixedRange(
  node: CallNode,
  fn: RangeFunction,
  series: RangeSeries,
  range: RangeInput,
  input: KernelInput,
  context: EvalContext,
  values: Float64Array,
  present: Uint8Array,
): { readonly found: number; readonly histograms: HistogramColumn | undefined } {
  const { steps, windows } = input;
  const all = series.histograms ?? [];
  const lo = new Int32Array(steps);
  const hi = new Int32Array(steps);
  locateHistogramWindows(all, windows, lo, hi);
  input.load(series);
  const pos = node.argPos[fn.rangeArg] ?? node.pos;
  let histograms: HistogramColumn | undefined;
  for (let k = 0; k < steps; k++) {
    if (lo[k] === hi[k]) continue;
    const endMs = windows.endMs + k * windows.stepMs - range.aheadMs;
    const window: MixedWindow = {
      func: node.func,
      metric: series.labels.metric,
      pos,
      floats: floatsOf(series, input.lo[k] as number, input.hi[k] as number),
      histograms: all.slice(lo[k], hi[k]),
      startMs: endMs - range.rangeMs,
      endMs,
      range,
      context,
    };
    if (FLOATS_ONLY.has(node.func)) {
      if (window.floats.length > 0) context.annotations.info(HISTOGRAM_TEXT.ignoredInRange(window.metric), pos);
      continue;
    }
    present[k] = 0;
    const result = evalMixedWindow(window);
    if (result === undefined) continue;
    if (typeof result === 'number') {
      values[k] = result;
      present[k] = 1;
    } else {
      histograms ??= [];
      histograms[k] = result;
    }
  }
  const found = present.reduce((n, p) => n + p, 0) + (histograms === undefined ? 0 : 1);
  return { found, histograms };
}

function floatsOf(series: RangeSeries, from: number, to: number): readonly AnySample[] {
  const samples: AnySample[] = [];
  for (let i = from; i < to; i++) {
    samples.push({
      tMs: series.tsMs[i] as number,
      value: series.values[i] as number,
      histogram: undefined,
      startTMs: series.startTsMs?.[i] ?? 0,
    });
  }
  return samples;
}

function evalMixedWindow(window: MixedWindow): WindowResult {
  const { floats, histograms } = window;
  switch (window.func) {
    case 'count_over_time':
      return floats.length + histograms.length;
    case 'present_over_time':
      return 1;
    case 'first_over_time':
      return sampleValue(merged(window)[0]);
    case 'last_over_time':
      return sampleValue(merged(window).at(-1));
    case 'ts_of_first_over_time':
      return (merged(window)[0]?.tMs ?? 0) / 1000;
    case 'ts_of_last_over_time':
      return (merged(window).at(-1)?.tMs ?? 0) / 1000;
    case 'changes':
      return countPairs(window, hasChanged);
    case 'resets':
      return countPairs(window, wasReset);
    case 'sum_over_time':
    case 'avg_over_time':
      return total(window);
    case 'irate':
    case 'idelta':
      return lastTwoSamples(window, merged(window));
    case 'rate':
    case 'increase':
    case 'delta':
      return change(window);
    default:
      throw new Error(`${window.func} is not known for histograms`);
  }
}

/** Both kinds in the order of time. */
function merged({ floats, histograms }: MixedWindow): readonly AnySample[] {
  const samples = histograms.map(
    ({ tMs, histogram, startTMs }): AnySample => ({ tMs, value: 0, histogram, startTMs: startTMs ?? 0 }),
  );
  return [...samples, ...floats].sort((a, b) => a.tMs - b.tMs);
}

function sampleValue(sample: AnySample | undefined): WindowResult {
  return sample?.histogram ?? sample?.value;
}

function countPairs(window: MixedWindow, test: (current: AnySample, previous: AnySample) => boolean): WindowResult {
  let samples = merged(window);
  if (window.range.mode === 'anchored') {
    const after = samples.findIndex((s) => s.tMs > window.startMs);
    if (after < 0) return undefined;
    samples = samples.slice(Math.max(0, after - 1));
  }
  let n = 0;
  for (let i = 1; i < samples.length; i++) if (test(samples[i] as AnySample, samples[i - 1] as AnySample)) n++;
  return n;
}

function hasChanged(current: AnySample, previous: AnySample): boolean {
  if (current.histogram !== undefined && previous.histogram !== undefined) {
    return !equalHistograms(current.histogram, previous.histogram);
  }
  if (current.histogram !== previous.histogram) return true;
  return current.value !== previous.value && !(Number.isNaN(current.value) && Number.isNaN(previous.value));
}

function wasReset(current: AnySample, previous: AnySample): boolean {
  if (current.histogram !== undefined && previous.histogram !== undefined) {
    return isReset({ ...current, histogram: current.histogram }, { ...previous, histogram: previous.histogram });
  }
  if (current.histogram !== previous.histogram) return true;
  return current.value < previous.value || startsAnew(previous.startTMs, previous.tMs, current.startTMs, current.tMs);
}

function total({ func, floats, histograms, metric, pos, context }: MixedWindow): WindowResult {
  const { annotations } = context;
  if (floats.length > 0) {
    annotations.warn(HISTOGRAM_TEXT.mixedTypes(metric), pos);
    return undefined;
  }
  const list = histograms.map((h) => h.histogram);
  const result = func === 'sum_over_time' ? sumHistograms(list) : meanHistogram(list);
  if (result.histogram === undefined) {
    annotations.warn(HISTOGRAM_TEXT.mixedSchemas(metric), pos);
    return undefined;
  }
  noteCombination(annotations, result, 'aggregation', pos);
  return compactHistogram(result.histogram);
}

function change({ func, floats, histograms, metric, pos, startMs, endMs, range, context }: MixedWindow): WindowResult {
  const { annotations } = context;
  if (floats.length > 0) {
    annotations.warn(HISTOGRAM_TEXT.mixedTypes(metric), pos);
    return undefined;
  }
  const isCounter = func !== 'delta';
  const divisor = func === 'rate' ? range.rangeMs / 1000 : 1;
  const rateContext = { metric, pos, annotations, isCounter, divisor, startMs, endMs };
  if (range.mode !== undefined) return extendedHistogramRate(histograms, range.mode === 'smoothed', rateContext);
  return histogramRate(histograms, rateContext);
}
