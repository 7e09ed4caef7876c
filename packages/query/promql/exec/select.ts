import type { HistogramSample, SeriesColumns } from '@petrel/model';
import { STALE_NAN_HIGH, STALE_NAN_LOW, wordsOf } from '@petrel/model';
import type { SelectNode } from '../plan/plan-node.ts';
import type { Column, ColumnSink, HistogramColumn, Slot, Value } from './columns.ts';
import { Arena } from './columns.ts';
import type { EvalContext } from './context.ts';
import { fetchedSeries } from './fetched-series.ts';
import { lowerBound } from './range/windows.ts';
import { selectSmoothed } from './select-smoothed.ts';

/** What of the sample that is found becomes the value. */
export type SampleAspect = 'value' | 'timestamp' | 'startTimestamp';

/** The last sample at or before each step, if it is younger than the lookback and no staleness marker. */
export async function evalSelect(
  node: SelectNode,
  context: EvalContext,
  aspect: SampleAspect = 'value',
): Promise<Value> {
  if (node.mode === 'smoothed' && aspect === 'value') return selectSmoothed(node, context);
  const arena = new Arena(node.grid.steps);
  const columns: Column[] = [];
  await streamSelect(node, context, aspect, {
    slot: () => arena.peek(),
    accept(labels, dropName, { values, present }, histograms) {
      arena.commit();
      columns.push({ labels, dropName, values, present, histograms });
      context.hold(values.length);
    },
  });
  return { kind: 'vector', columns };
}

/** Gives the series one by one to the sink. */
export async function streamSelect(
  node: SelectNode,
  context: EvalContext,
  aspect: SampleAspect,
  sink: ColumnSink,
): Promise<void> {
  const { steps } = node.grid;
  for (const series of fetchedSeries(node, context)) {
    const slot = sink.slot();
    const histograms = lookBack(series, node, slot, aspect);
    if (histograms === undefined && !slot.present.includes(1)) continue;
    sink.accept(series.labels, false, slot, histograms, steps);
    if (context.due(steps + 16)) await context.pause();
  }
}

function lookBack(
  series: SeriesColumns,
  node: SelectNode,
  { values, present }: Slot,
  aspect: SampleAspect,
): HistogramColumn | undefined {
  const hasHistograms = series.histograms !== undefined && series.histograms.length > 0;
  if (aspect === 'value' && !hasHistograms) {
    lookBackFloats(series, node, values, present);
    return undefined;
  }
  return lookBackMixed(series, node, values, present, aspect);
}

function lookBackFloats(series: SeriesColumns, node: SelectNode, out: Float64Array, present: Uint8Array): void {
  const { tsMs, values, to } = series;
  const { steps, startMs, stepMs } = node.grid;
  const { lookbackMs } = node;
  const step = node.atMs === undefined ? stepMs : 0;
  let t = (node.atMs ?? startMs) - node.offsetMs;
  let at = lowerBound(tsMs, series.from, to, t + 1);
  let words: Uint32Array | undefined;
  for (let k = 0; k < steps; k++, t += step) {
    while (at < to && (tsMs[at] as number) <= t) at++;
    const i = at - 1;
    if (i < series.from || (tsMs[i] as number) <= t - lookbackMs) continue;
    const v = values[i] as number;
    if (Number.isNaN(v)) {
      words ??= wordsOf(values);
      if (words[2 * i] === STALE_NAN_LOW && words[2 * i + 1] === STALE_NAN_HIGH) continue;
    }
    out[k] = v;
    present[k] = 1;
  }
}

function lookBackMixed(
  series: SeriesColumns,
  node: SelectNode,
  out: Float64Array,
  present: Uint8Array,
  aspect: SampleAspect,
): HistogramColumn | undefined {
  const { tsMs, values, from, to } = series;
  const histograms = series.histograms ?? [];
  const words = wordsOf(values);
  const { steps, startMs, stepMs } = node.grid;
  const step = node.atMs === undefined ? stepMs : 0;
  let t = (node.atMs ?? startMs) - node.offsetMs;
  let at = from;
  let h = 0;
  let result: HistogramColumn | undefined;
  for (let k = 0; k < steps; k++, t += step) {
    while (at < to && (tsMs[at] as number) <= t) at++;
    while (h < histograms.length && (histograms[h] as HistogramSample).tMs <= t) h++;
    const floatMs = at > from ? (tsMs[at - 1] as number) : -Infinity;
    const sample = h > 0 ? (histograms[h - 1] as HistogramSample) : undefined;
    const sampleMs = Math.max(floatMs, sample?.tMs ?? -Infinity);
    if (sampleMs <= t - node.lookbackMs) continue;
    if (sample !== undefined && sample.tMs > floatMs) {
      if (sample.stale === true) continue;
      if (aspect === 'value') {
        result ??= [];
        result[k] = sample.histogram;
        continue;
      }
      out[k] = (aspect === 'timestamp' ? sample.tMs : (sample.startTMs ?? 0)) / 1000;
    } else {
      const i = at - 1;
      if (words[2 * i] === STALE_NAN_LOW && words[2 * i + 1] === STALE_NAN_HIGH) continue;
      out[k] =
        aspect === 'value'
          ? (values[i] as number)
          : (aspect === 'timestamp' ? floatMs : (series.startTsMs?.[i] ?? 0)) / 1000;
    }
    present[k] = 1;
  }
  return result;
}
