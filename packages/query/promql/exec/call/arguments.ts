import type { CallNode, PlanNode } from '../../plan/plan-node.ts';
import type { Column } from '../columns.ts';
import { dropMetadata } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';

/** The columns of an argument that the parser checked to be an instant vector. */
export async function vectorArg(
  node: CallNode,
  arg: number,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<readonly Column[]> {
  const value = await evaluate(node.args[arg] as PlanNode, context);
  if (value.kind !== 'vector') throw new Error(`${node.func} wants a vector`);
  return value.columns;
}

/** One value a step. */
export async function scalarArg(
  node: CallNode,
  arg: number,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<Float64Array> {
  const value = await evaluate(node.args[arg] as PlanNode, context);
  if (value.kind !== 'scalar') throw new Error(`${node.func} wants a scalar`);
  return value.values;
}

export function stringArg(node: CallNode, arg: number): string {
  const child = node.args[arg];
  if (child?.kind !== 'string') throw new Error(`${node.func} wants a string`);
  return child.value;
}

/** The labels of a result that is no sample of the metric any more: the name goes now, or at the end of the query. */
export function withoutName(column: Column, context: EvalContext): Pick<Column, 'labels' | 'dropName'> {
  return context.features.delayedNameRemoval
    ? { labels: column.labels, dropName: true }
    : { labels: dropMetadata(column.labels), dropName: false };
}
