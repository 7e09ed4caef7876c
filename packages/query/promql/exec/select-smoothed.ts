import type { FloatHistogram, HistogramSample } from '@petrel/model';
import type { SelectNode } from '../plan/plan-node.ts';
import type { Column, HistogramColumn, Slot, Value } from './columns.ts';
import { Arena } from './columns.ts';
import type { EvalContext } from './context.ts';
import { fetchedSeries } from './fetched-series.ts';
import { HISTOGRAM_TEXT } from './histogram-notes.ts';
import { interpolate } from './range/extended-histogram.ts';
import type { RangeSeries } from './range/windows.ts';
import { lowerBound, rangeSeriesOf } from './range/windows.ts';

/**
 * `metric smoothed`: at each step the value on the straight line between the last sample before and the next one after it, both
 * at most the lookback away; without a next sample the last one stands.
 */
export async function selectSmoothed(node: SelectNode, context: EvalContext): Promise<Value> {
  const arena = new Arena(node.grid.steps);
  const columns: Column[] = [];
  for (const raw of fetchedSeries(node, context)) {
    const series = rangeSeriesOf(raw, node.need.startMs, node.need.endMs);
    if (series === undefined) continue;
    const slot = arena.peek();
    const histograms = interpolateSteps(series, node, context, slot);
    if (histograms === undefined && !slot.present.includes(1)) continue;
    arena.commit();
    columns.push({ labels: raw.labels, dropName: false, ...slot, histograms });
    if (context.due(node.grid.steps * 4)) await context.pause();
  }
  context.hold(columns.length * node.grid.steps);
  return { kind: 'vector', columns };
}

function interpolateSteps(
  series: RangeSeries,
  node: SelectNode,
  context: EvalContext,
  { values, present }: Slot,
): HistogramColumn | undefined {
  let histograms: HistogramColumn | undefined;
  for (let k = 0; k < node.grid.steps; k++) {
    const t = (node.atMs ?? node.grid.startMs + k * node.grid.stepMs) - node.offsetMs;
    const float = floatAt(series, t, node.lookbackMs);
    const near = histogramsNear(series, t, node.lookbackMs);
    if (near.length > 0) {
      if (hasFloatNear(series, t, node.lookbackMs)) {
        context.annotations.warn(HISTOGRAM_TEXT.mixedTypes(series.labels.metric), node.pos);
        continue;
      }
      const histogram = histogramAt(near, t, series.labels.metric, node, context);
      if (histogram === undefined) continue;
      histograms ??= [];
      histograms[k] = histogram;
    } else if (float !== undefined) {
      values[k] = float;
      present[k] = 1;
    }
  }
  return histograms;
}

function floatAt({ tsMs, values, from, to }: RangeSeries, t: number, lookbackMs: number): number | undefined {
  const next = lowerBound(tsMs, from, to, t);
  if (next < to && tsMs[next] === t) return values[next];
  if (next === from || (tsMs[next - 1] as number) <= t - lookbackMs) return undefined;
  const before = values[next - 1] as number;
  if (next === to || (tsMs[next] as number) > t + lookbackMs) return before;
  const t0 = tsMs[next - 1] as number;
  return before + (((values[next] as number) - before) * (t - t0)) / ((tsMs[next] as number) - t0);
}

function hasFloatNear({ tsMs, from, to }: RangeSeries, t: number, lookbackMs: number): boolean {
  const first = lowerBound(tsMs, from, to, t - lookbackMs + 1);
  return first < to && (tsMs[first] as number) <= t + lookbackMs;
}

function histogramsNear({ histograms }: RangeSeries, t: number, lookbackMs: number): readonly HistogramSample[] {
  return histograms?.filter(({ tMs }) => tMs > t - lookbackMs && tMs <= t + lookbackMs) ?? [];
}

/** A counter: one that was reset between two samples is taken to have started at zero. */
function histogramAt(
  near: readonly HistogramSample[],
  t: number,
  metric: string,
  node: SelectNode,
  { annotations }: EvalContext,
): FloatHistogram | undefined {
  const next = near.findIndex(({ tMs }) => tMs >= t);
  if (next < 0) return near.at(-1)?.histogram;
  if (near[next]?.tMs === t) return near[next]?.histogram;
  if (next === 0) return undefined;
  return interpolate(near, next - 1, t, { isCounter: true, metric, pos: node.pos, annotations });
}
