import type { CallNode, PlanNode, SelectNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import { Arena, hasSample, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { repeatFirstStep } from '../repeat.ts';
import { evalSelect } from '../select.ts';
import { vectorArg, withoutName } from './arguments.ts';

/**
 * timestamp and start_timestamp, in seconds. Of a selector: those of the sample that was found. Of any other expression: the evaluation
 * time; such values have no start.
 */
export async function evalTimestamp(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const aspect = node.func === 'timestamp' ? 'timestamp' : 'startTimestamp';
  const selector = selectorOf(node.args[0] as PlanNode);
  if (selector !== undefined) {
    const arg = node.args[0] as PlanNode;
    const bare = await evalSelect(selector, context, aspect);
    const value = arg.kind === 'stepInvariant' ? repeatFirstStep(arg, bare, context) : bare;
    return renamed(value.kind === 'vector' ? value.columns : [], context);
  }
  if (aspect === 'startTimestamp') return { kind: 'vector', columns: [] };
  const { startMs, stepMs, steps } = node.grid;
  const columns = await vectorArg(node, 0, context, evaluate);
  const arena = new Arena(steps);
  const timed = columns.map((column): Column => {
    const { values, present } = arena.take();
    for (let k = 0; k < steps; k++) {
      if (!hasSample(column, k)) continue;
      values[k] = (startMs + k * stepMs) / 1000;
      present[k] = 1;
    }
    return { labels: column.labels, dropName: column.dropName, values, present };
  });
  return renamed(timed, context);
}

function renamed(columns: readonly Column[], context: EvalContext): Value {
  const result = columns.map((column) => ({ ...column, ...withoutName(column, context) }));
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? result : mergeEqualLabels(result) };
}

function selectorOf(node: PlanNode): SelectNode | undefined {
  if (node.kind === 'select') return node;
  return node.kind === 'stepInvariant' ? selectorOf(node.input) : undefined;
}
