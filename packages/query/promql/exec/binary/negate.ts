import type { NegateNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import { Arena, dropMetadata, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { negateHistogram } from './histogram-ops.ts';

/** Unary minus. */
export async function evalNegate(node: NegateNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const value = await evaluate(node.input, context);
  if (value.kind === 'string') throw new Error('a string cannot be negated');
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((v) => -v) };
  const { delayedNameRemoval } = context.features;
  const arena = new Arena(node.grid.steps);
  const columns = value.columns.map((column): Column => {
    const { values } = arena.take();
    for (let k = 0; k < values.length; k++) values[k] = -(column.values[k] as number);
    return {
      labels: delayedNameRemoval ? column.labels : dropMetadata(column.labels),
      dropName: delayedNameRemoval,
      values,
      present: column.present,
      histograms: column.histograms?.map((h) => (h === undefined ? undefined : negateHistogram(h))),
    };
  });
  context.hold(columns.length * node.grid.steps);
  return { kind: 'vector', columns: delayedNameRemoval ? columns : mergeEqualLabels(columns) };
}
