import { evalSetOp } from '../../../promql/exec/binary/set-ops.ts';
import type { Column, Value } from '../../../promql/exec/columns.ts';
import { Arena } from '../../../promql/exec/columns.ts';
import type { BinaryExpr } from '../../parse/ast.ts';
import type { MetricContext } from './metric-context.ts';
import type { SetOp } from './operators.ts';
import { isComparison, isSetOp, operate } from './operators.ts';
import { matchVectors } from './vector-matching.ts';

export type Operand = Exclude<Value, { kind: 'string' }>;

/** Combines two values that are there: scalars, a vector with a scalar, or two vectors. */
export async function combine(
  node: BinaryExpr,
  left: Operand,
  right: Operand,
  context: MetricContext,
): Promise<Operand> {
  if (left.kind === 'scalar' && right.kind === 'scalar') return scalars(node, left.values, right.values);
  const columns = await vectors(node, left, right, context);
  context.work.hold(columns.length * context.grid.steps);
  return { kind: 'vector', columns };
}

async function vectors(
  node: BinaryExpr,
  left: Operand,
  right: Operand,
  context: MetricContext,
): Promise<readonly Column[]> {
  if (left.kind === 'scalar') {
    return right.kind === 'scalar' ? [] : withScalar(node, right.columns, left.values, true, context);
  }
  if (right.kind === 'scalar') return withScalar(node, left.columns, right.values, false, context);
  const { op } = node;
  if (!isSetOp(op)) return matchVectors({ ...node, op }, left.columns, right.columns, context);
  const setNode = { op, grid: context.grid, matching: node.matching };
  return evalSetOp(setNode, left.columns, right.columns, context.work);
}

function scalars({ op }: BinaryExpr, a: Float64Array, b: Float64Array): Operand {
  if (isSetOp(op)) throw new Error(`${op} between scalars`);
  const values = a.map((x, k) => operate(op, x, b[k] as number));
  return { kind: 'scalar', values };
}

/** `swapped`: the scalar stands on the left. A comparison without `bool` lets the vector's values through. */
async function withScalar(
  { op, returnBool }: BinaryExpr,
  columns: readonly Column[],
  scalar: Float64Array,
  swapped: boolean,
  { work, grid }: MetricContext,
): Promise<readonly Column[]> {
  if (isSetOp(op)) throw new Error(`${op} with a scalar`);
  const filters = isComparison(op) && !returnBool;
  const arena = new Arena(grid.steps);
  const result: Column[] = [];
  for (const column of columns) {
    const slot = arena.peek();
    const found = fillWithScalar({ op, filters, swapped }, column, scalar, slot);
    if (work.due(grid.steps)) await work.pause();
    if (found === 0) continue;
    arena.commit();
    result.push({ labels: column.labels, dropName: false, ...slot });
  }
  return result;
}

interface ScalarOperation {
  readonly op: Exclude<BinaryExpr['op'], SetOp>;
  readonly filters: boolean;
  readonly swapped: boolean;
}

function fillWithScalar(
  { op, filters, swapped }: ScalarOperation,
  column: Column,
  scalar: Float64Array,
  { values, present }: { readonly values: Float64Array; readonly present: Uint8Array },
): number {
  let found = 0;
  for (let k = 0; k < values.length; k++) {
    if (column.present[k] !== 1) continue;
    const v = column.values[k] as number;
    const s = scalar[k] as number;
    const outcome = swapped ? operate(op, s, v) : operate(op, v, s);
    if (filters && outcome === 0) continue;
    values[k] = filters ? v : outcome;
    present[k] = 1;
    found++;
  }
  return found;
}
