import type { CallNode, PlanNode } from '../plan/plan-node.ts';
import type { Column, Value } from './columns.ts';
import { Arena, dropMetadata, mergeEqualLabels } from './columns.ts';
import type { EvalContext } from './context.ts';
import type { Evaluate } from './evaluate.ts';
import { anchorWindows, extendedDelta } from './range/extended.ts';
import { KernelInput } from './range/kernel.ts';
import { mixedRange } from './range/mixed.ts';
import { rateWithStarts } from './range/rate-with-starts.ts';
import type { RangeSeries } from './range/windows.ts';
import type { RangeFunction } from './range-functions.ts';
import type { RangeInput } from './range-input.ts';
import { evalRange } from './range-input.ts';

const COUNTER_SUFFIXES = ['_total', '_sum', '_count', '_bucket'];

/** A function of a range vector: for each series one pass over its samples fills all steps. */
export async function evalRangeCall(
  node: CallNode,
  fn: RangeFunction,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<Value> {
  const range = await evalRange(node.args[fn.rangeArg] as PlanNode, context, evaluate);
  const input = new KernelInput(range.windows);
  input.params = await scalarArgs(node, fn.rangeArg, context, evaluate);
  input.evalStartMs = node.grid.startMs;
  input.evalStepMs = node.grid.stepMs;
  checkQuantile(node, input, range, context);
  const { steps } = node.grid;
  const arena = new Arena(steps);
  const columns: Column[] = [];
  for (const series of range.series) {
    const { values, present } = arena.peek();
    input.load(series);
    let found: number;
    let histograms: Column['histograms'];
    found = series.from < series.to ? floatRange(node, fn, series, range, input, context, values, present) : 0;
    if (series.histograms !== undefined) {
      const mixed = mixedRange(node, fn, series, range, input, context, values, present);
      found = mixed.found;
      histograms = mixed.histograms;
    }
    if (context.due(series.to - series.from + steps * 2)) await context.pause();
    if (found === 0) continue;
    arena.commit();
    columns.push({ ...resultLabels(series, fn.keepsName, context), values, present, histograms });
  }
  hintCounters(node, columns, range, context);
  context.hold(columns.length * steps);
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? columns : mergeEqualLabels(columns) };
}

function resultLabels(
  series: RangeSeries,
  keepsName: boolean,
  context: EvalContext,
): Pick<Column, 'labels' | 'dropName'> {
  if (keepsName) return { labels: series.labels, dropName: series.dropName };
  return context.features.delayedNameRemoval
    ? { labels: series.labels, dropName: true }
    : { labels: dropMetadata(series.labels), dropName: false };
}

function floatRange(
  node: CallNode,
  fn: RangeFunction,
  series: RangeSeries,
  range: RangeInput,
  input: KernelInput,
  context: EvalContext,
  values: Float64Array,
  present: Uint8Array,
): number {
  const { func } = node;
  const isCounter = func === 'rate' || func === 'increase';
  const divisor = func === 'rate' ? range.rangeMs / 1000 : 1;
  if (range.mode !== undefined) {
    if (isCounter || func === 'delta') {
      const extension = { mode: range.mode, isCounter, divisor };
      return extendedDelta(input, range.rangeMs, range.aheadMs, extension, values, present);
    }
    anchorWindows(input, range.rangeMs);
  } else if (isCounter && series.startTsMs !== undefined) {
    const overlap = () =>
      context.annotations.warn(
        `sample has start time that overlaps with previous sample timestamp for metric ${JSON.stringify(series.labels.metric)}`,
        node.argPos[fn.rangeArg] ?? node.pos,
      );
    return rateWithStarts(input, series.startTsMs, divisor, values, present, overlap);
  }
  return fn.kernel(input, values, present);
}

/** The values of the arguments other than the range, in their order. */
async function scalarArgs(
  node: CallNode,
  rangeArg: number,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<readonly Float64Array[]> {
  const params: Float64Array[] = [];
  for (const [i, arg] of node.args.entries()) {
    if (i === rangeArg) continue;
    const value = await evaluate(arg, context);
    if (value.kind === 'scalar') params.push(value.values);
  }
  return params;
}

function checkQuantile(node: CallNode, input: KernelInput, range: RangeInput, context: EvalContext): void {
  if (node.func !== 'quantile_over_time' || range.series.length === 0) return;
  for (const q of input.params[0] ?? []) {
    if (q >= 0 && q <= 1) continue;
    context.annotations.warn(`quantile value should be between 0 and 1, got ${formatG(q)}`, node.argPos[0] ?? node.pos);
  }
}

/** As Go's %g prints it. */
export function formatG(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Tells once a metric that rate and increase are for counters, judged by the name alone. */
function hintCounters(node: CallNode, columns: readonly Column[], range: RangeInput, context: EvalContext): void {
  if (node.func !== 'rate' && node.func !== 'increase') return;
  const names = new Set<string>();
  for (const series of range.series) names.add(series.labels.metric);
  const suspicious = [...names].filter((name) => name !== '' && !COUNTER_SUFFIXES.some((s) => name.endsWith(s)));
  if (suspicious.length === 0) return;
  for (const name of suspicious) {
    const hasFloats = columns.some(
      (column) => (column.labels.metric === name || names.size === 1) && column.present.includes(1),
    );
    if (hasFloats) {
      context.annotations.info(
        `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
        node.argPos[0] ?? node.pos,
      );
    }
  }
}
