import type { PlanNode } from '../plan/plan-node.ts';
import type { ColumnSink } from './columns.ts';
import type { EvalContext } from './context.ts';
import type { Evaluate } from './evaluate.ts';
import { fetchedSeries } from './fetched-series.ts';
import { streamRangeCall } from './range-call.ts';
import { RANGE_FUNCTIONS } from './range-functions.ts';
import { streamSelect } from './select.ts';

/**
 * Evaluates a node column by column into the sink, where the node allows it: selectors, and range functions over them. False: nothing was
 * done, evaluate it as a whole. Only nodes whose label sets stay distinct are streamed.
 */
export async function streamColumns(
  node: PlanNode,
  context: EvalContext,
  evaluate: Evaluate,
  sink: ColumnSink,
): Promise<boolean> {
  if (node.kind === 'select' && node.mode === undefined) {
    await streamSelect(node, context, 'value', sink);
    return true;
  }
  if (node.kind !== 'call') return false;
  const fn = RANGE_FUNCTIONS.get(node.func);
  const range = fn === undefined ? undefined : node.args[fn.rangeArg];
  if (fn === undefined || range?.kind !== 'rangeSelect') return false;
  if (!fn.keepsName && !context.features.delayedNameRemoval && !namesAreAlike(range, context)) return false;
  await streamRangeCall(node, fn, context, evaluate, sink);
  return true;
}

/** True when dropping the metric's name, type and unit leaves distinct label sets, because all series share the name. */
function namesAreAlike(range: PlanNode & { kind: 'rangeSelect' }, context: EvalContext): boolean {
  if (!range.need.matchers.some((m) => m.type === '=' && m.name === '__name__')) return false;
  return fetchedSeries(range, context).every(({ labels }) => !labels.has('__type__') && !labels.has('__unit__'));
}
