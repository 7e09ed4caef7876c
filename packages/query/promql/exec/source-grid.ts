import type { SourceGridNode } from '../plan/plan-node.ts';
import type { GridSeries } from '../port.ts';
import type { Column, Value } from './columns.ts';
import { dropMetadata, mergeEqualLabels } from './columns.ts';
import type { EvalContext } from './context.ts';
import type { Evaluate } from './evaluate.ts';
import { hintCounter } from './range-call.ts';

/** What the source computed for the node; where it declined, the samples are there and the node is computed here. */
export async function evalSourceGrid(node: SourceGridNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const { grid } = node;
  const answer = context.gridAnswer(node);
  if (answer === undefined) return evaluate(node.fallback, context);
  const keepsName = node.func === 'last' || node.sumBy !== undefined;
  const { delayedNameRemoval } = context.features;
  if (node.func === 'rate' || node.func === 'increase') hintNames(node, answer, context);
  const columns = answer.map(({ labels, values, present }): Column => {
    if (keepsName) return { labels, dropName: false, values, present };
    return delayedNameRemoval
      ? { labels, dropName: true, values, present }
      : { labels: dropMetadata(labels), dropName: false, values, present };
  });
  context.hold(columns.length * grid.steps);
  return { kind: 'vector', columns: delayedNameRemoval ? columns : mergeEqualLabels(columns) };
}

/** A sum has lost the names of what it added up: then the selector tells, if it can. */
function hintNames(node: SourceGridNode, answer: readonly GridSeries[], { annotations }: EvalContext): void {
  if (answer.length === 0) return;
  const selected = node.need.matchers.find((m) => m.type === '=' && m.name === '__name__')?.value ?? '';
  const names = node.sumBy === undefined ? new Set(answer.map(({ labels }) => labels.metric)) : [selected];
  for (const name of names) hintCounter(name, annotations, node.argPos);
}
