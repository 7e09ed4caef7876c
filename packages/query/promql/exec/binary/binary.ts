import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { streamColumns } from '../stream.ts';
import { applyOp, isSetOp, isTrimOp, OP_CODES } from './operators.ts';
import { evalSetOp } from './set-ops.ts';
import { vectorWithScalar, WithScalar } from './vector-scalar.ts';
import { matchVectors } from './vector-vector.ts';

/** Both sides are evaluated, then combined according to what they are. */
export async function evalBinary(node: BinaryNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const streamed = await withNumber(node, context, evaluate);
  if (streamed !== undefined) {
    context.hold(streamed.length * node.grid.steps);
    return { kind: 'vector', columns: streamed };
  }
  const lhs = await evaluate(node.lhs, context);
  const rhs = await evaluate(node.rhs, context);
  if (lhs.kind === 'string' || rhs.kind === 'string') throw new Error('a binary operation on a string');
  if (lhs.kind === 'scalar' && rhs.kind === 'scalar') return scalars(node, lhs.values, rhs.values);
  const columns = await vectors(node, lhs, rhs, context);
  context.hold(columns.length * node.grid.steps);
  return { kind: 'vector', columns };
}

/** `rate(x[5m]) > 5`, as most alerts are: the vector is not held, only what is left of it. Undefined: nothing was done. */
async function withNumber(
  node: BinaryNode,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<readonly Column[] | undefined> {
  if (node.rhs.kind !== 'number') return undefined;
  const scalar = await evaluate(node.rhs, context);
  if (scalar.kind !== 'scalar') return undefined;
  const sink = new WithScalar(node, scalar.values, false, context);
  return (await streamColumns(node.lhs, context, evaluate, sink)) ? sink.finish() : undefined;
}

type Operand = Exclude<Value, { kind: 'string' }>;

async function vectors(node: BinaryNode, lhs: Operand, rhs: Operand, context: EvalContext): Promise<readonly Column[]> {
  if (lhs.kind === 'scalar') {
    return rhs.kind === 'scalar' ? [] : vectorWithScalar(node, rhs.columns, lhs.values, true, context);
  }
  if (rhs.kind === 'scalar') return vectorWithScalar(node, lhs.columns, rhs.values, false, context);
  return isSetOp(node.op)
    ? evalSetOp(node, lhs.columns, rhs.columns, context)
    : matchVectors(node, lhs.columns, rhs.columns, context);
}

function scalars({ op }: BinaryNode, a: Float64Array, b: Float64Array): Value {
  if (isSetOp(op) || isTrimOp(op)) throw new Error(`${op} between scalars`);
  const code = OP_CODES[op];
  const values = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) values[k] = applyOp(code, a[k] as number, b[k] as number);
  return { kind: 'scalar', values };
}
