import type { Labels } from '@petrel/model';
import type { Position } from '../parse/ast.ts';
import type { CallNode, PlanNode } from '../plan/plan-node.ts';
import type { Annotations } from './annotations.ts';
import type { Column, ColumnSink, Slot, Value } from './columns.ts';
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
  const { steps } = node.grid;
  const arena = new Arena(steps);
  const columns: Column[] = [];
  await streamRangeCall(node, fn, context, evaluate, {
    slot: () => arena.peek(),
    accept(labels, dropName, { values, present }, histograms) {
      arena.commit();
      columns.push({ labels, dropName, values, present, histograms });
      context.hold(steps);
    },
  });
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? columns : mergeEqualLabels(columns) };
}

/** Gives the series one by one to the sink. Label sets that became equal are the sink's to find. */
export async function streamRangeCall(
  node: CallNode,
  fn: RangeFunction,
  context: EvalContext,
  evaluate: Evaluate,
  sink: ColumnSink,
): Promise<void> {
  const range = await evalRange(node.args[fn.rangeArg] as PlanNode, context, evaluate);
  const input = new KernelInput(range.windows);
  input.params = await scalarArgs(node, fn.rangeArg, context, evaluate);
  input.evalStartMs = node.grid.startMs;
  input.evalStepMs = node.grid.stepMs;
  checkQuantile(node, input, range, context);
  const hints = new CounterHints(node);
  const keepsEverything = fn.keepsName;
  const { delayedNameRemoval } = context.features;
  const { steps } = node.grid;
  for (let i = 0; i < range.count; i++) {
    const series = range.seriesAt(i);
    if (series === undefined) continue;
    const slot = sink.slot();
    input.load(series);
    let found = series.from < series.to ? floatRange(node, fn, series, range, input, context, slot) : 0;
    let histograms: Column['histograms'];
    if (series.histograms !== undefined) {
      const mixed = mixedRange(node, fn, series, range, input, context, slot.values, slot.present);
      found = mixed.found;
      histograms = mixed.histograms;
    }
    if (context.due(series.to - series.from + steps * 2)) await context.pause();
    if (found === 0) continue;
    if (histograms === undefined) hints.saw(series.labels);
    const labels = keepsEverything || delayedNameRemoval ? series.labels : dropMetadata(series.labels);
    sink.accept(labels, keepsEverything ? series.dropName : delayedNameRemoval, slot, histograms, found);
  }
  hints.tell(context);
}

function floatRange(
  node: CallNode,
  fn: RangeFunction,
  series: RangeSeries,
  range: RangeInput,
  input: KernelInput,
  context: EvalContext,
  { values, present }: Slot,
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
  if (node.func !== 'quantile_over_time' || range.count === 0) return;
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
class CounterHints {
  readonly #names = new Set<string>();
  readonly #active: boolean;
  #last: string | undefined;

  readonly #selected: string | undefined;

  constructor(private readonly node: CallNode) {
    this.#active = node.func === 'rate' || node.func === 'increase';
    const range = node.args[0];
    const matchers = range?.kind === 'rangeSelect' ? range.need.matchers : [];
    this.#selected = matchers.find((m) => m.type === '=' && m.name === '__name__')?.value;
  }

  saw(labels: Labels): void {
    if (!this.#active) return;
    const name = this.#selected ?? labels.metric;
    if (name === this.#last) return;
    this.#last = name;
    this.#names.add(name);
  }

  tell({ annotations }: EvalContext): void {
    for (const name of this.#names) hintCounter(name, annotations, this.node.argPos[0] ?? this.node.pos);
  }
}

export function hintCounter(name: string, annotations: Annotations, pos: Position): void {
  if (name === '' || COUNTER_SUFFIXES.some((suffix) => name.endsWith(suffix))) return;
  annotations.info(
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
    pos,
  );
}
