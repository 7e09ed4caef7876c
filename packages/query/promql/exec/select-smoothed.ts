import type { SelectNode } from '../plan/plan-node.ts';
import type { Column, Value } from './columns.ts';
import { Arena } from './columns.ts';
import type { EvalContext } from './context.ts';
import type { RangeSeries } from './range/windows.ts';
import { lowerBound, rangeSeriesOf } from './range/windows.ts';

/**
 * `metric smoothed`: at each step the value on the straight line between the last sample before and the next one after it, both
 * at most the lookback away; without a next sample the last one stands.
 */
export async function selectSmoothed(node: SelectNode, context: EvalContext): Promise<Value> {
  const arena = new Arena(node.grid.steps);
  const columns: Column[] = [];
  for (const raw of context.fetched(node.need)) {
    const series = rangeSeriesOf(raw, node.need.startMs, node.need.endMs);
    if (series === undefined) continue;
    const { values, present } = arena.peek();
    if (interpolateSteps(series, node, values, present) === 0) continue;
    arena.commit();
    columns.push({ labels: raw.labels, dropName: false, values, present });
    if (context.due(node.grid.steps * 4)) await context.pause();
  }
  context.hold(columns.length * node.grid.steps);
  return { kind: 'vector', columns };
}

function interpolateSteps(series: RangeSeries, node: SelectNode, out: Float64Array, present: Uint8Array): number {
  const { tsMs, values, from, to } = series;
  const { lookbackMs } = node;
  let found = 0;
  for (let k = 0; k < node.grid.steps; k++) {
    const t = (node.atMs ?? node.grid.startMs + k * node.grid.stepMs) - node.offsetMs;
    const next = lowerBound(tsMs, from, to, t);
    const exact = next < to && tsMs[next] === t;
    const hasBefore = next > from && (tsMs[next - 1] as number) > t - lookbackMs;
    if (!exact && !hasBefore) continue;
    const after = next < to && (tsMs[next] as number) <= t + lookbackMs;
    if (exact) out[k] = values[next] as number;
    else if (!after) out[k] = values[next - 1] as number;
    else {
      const t0 = tsMs[next - 1] as number;
      const v0 = values[next - 1] as number;
      out[k] = v0 + (((values[next] as number) - v0) * (t - t0)) / ((tsMs[next] as number) - t0);
    }
    present[k] = 1;
    found++;
  }
  return found;
}
