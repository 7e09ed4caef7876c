import type { PlanNode } from '../plan/plan-node.ts';
import { evalAggregate } from './aggregate/aggregate.ts';
import { evalBinary } from './binary/binary.ts';
import { evalNegate } from './binary/negate.ts';
import { evalCall } from './call/call.ts';
import type { Value } from './columns.ts';
import { constantScalar } from './columns.ts';
import type { EvalContext } from './context.ts';
import { repeatFirstStep } from './repeat.ts';
import { evalSelect } from './select.ts';
import { evalSourceGrid } from './source-grid.ts';

/** Computes a plan node for all steps of its grid. Operators get it as an argument, so that they need not know each other. */
export type Evaluate = (node: PlanNode, context: EvalContext) => Promise<Value>;

export const evaluate: Evaluate = async (node, context) => {
  if (node.kind === 'string') return evaluateNode(node, context);
  context.checkSteps(node.grid.steps);
  return node.kind === 'number'
    ? evaluateNode(node, context)
    : context.holding(() => evaluateNode(node, context), sizeOf);
};

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
