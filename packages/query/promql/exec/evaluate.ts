import type { PlanNode, StepInvariantNode } from '../plan/plan-node.ts';
import { evalAggregate } from './aggregate/aggregate.ts';
import { evalBinary } from './binary/binary.ts';
import { evalNegate } from './binary/negate.ts';
import { evalCall } from './call/call.ts';
import type { Column, Value } from './columns.ts';
import { Arena, constantScalar } from './columns.ts';
import type { EvalContext } from './context.ts';
import { evalSelect } from './select.ts';
import { evalSourceGrid } from './source-grid.ts';

/** Computes a plan node for all steps of its grid. Operators get it as an argument, so that they need not know each other. */
export type Evaluate = (node: PlanNode, context: EvalContext) => Promise<Value>;

export const evaluate: Evaluate = (node, context) =>
  node.kind === 'number' || node.kind === 'string'
    ? evaluateNode(node, context)
    : context.holding(() => evaluateNode(node, context), sizeOf);

function sizeOf(value: Value): number {
  const columns = value.kind === 'vector' ? value.columns : [];
  return columns.length * (columns[0]?.present.length ?? 0);
}

const evaluateNode: Evaluate = async (node, context) => {
  switch (node.kind) {
    case 'number':
      return constantScalar(node.value, node.grid.steps);
    case 'string':
      return { kind: 'string', value: node.value };
    case 'select':
      return evalSelect(node, context);
    case 'call':
      return evalCall(node, context, evaluate);
    case 'aggregate':
      return evalAggregate(node, context, evaluate);
    case 'binary':
      return evalBinary(node, context, evaluate);
    case 'negate':
      return evalNegate(node, context, evaluate);
    case 'stepInvariant':
      return repeatFirstStep(node, await evaluate(node.input, context), context);
    case 'sourceGrid':
      return evalSourceGrid(node, context, evaluate);
    case 'rangeSelect':
    case 'subquery':
      throw new Error('a range vector stands where an instant vector belongs');
  }
};

/** Spreads a value of one step over all steps of the node. */
export function repeatFirstStep({ grid }: StepInvariantNode, value: Value, context: EvalContext): Value {
  const { steps } = grid;
  if (value.kind === 'string') return value;
  if (value.kind === 'scalar') return constantScalar(value.values[0] ?? Number.NaN, steps);
  const arena = new Arena(steps);
  const columns: Column[] = value.columns.map((column) => {
    const slot = arena.take();
    const histogram = column.histograms?.[0];
    if (column.present[0] === 1) {
      slot.values.fill(column.values[0] as number);
      slot.present.fill(1);
    }
    const histograms = histogram === undefined ? undefined : new Array(steps).fill(histogram);
    return { labels: column.labels, dropName: column.dropName, ...slot, histograms };
  });
  context.hold(columns.length * steps);
  return { kind: 'vector', columns };
}
