import { isComparison, scalarArithmetic } from '../exec/binary/operators.ts';
import type { BinaryOp } from '../parse/ast.ts';
import type { Grid, PlanNode } from './plan-node.ts';

/** `2 * 3600` becomes a number: the node for it, or undefined when an operand is not a number. */
export function foldBinary(op: BinaryOp, lhs: PlanNode, rhs: PlanNode, grid: Grid): PlanNode | undefined {
  if (lhs.kind !== 'number' || rhs.kind !== 'number') return undefined;
  if (op === 'and' || op === 'or' || op === 'unless' || op === '</' || op === '>/') return undefined;
  const value = scalarArithmetic(op, lhs.value, rhs.value);
  return { kind: 'number', value: isComparison(op) ? Number(value) : value, grid };
}

/** Functions that the query's own times decide: seconds, or undefined for any other function. */
export function foldQueryTimes(
  func: string,
  span: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
): number | undefined {
  switch (func) {
    case 'start':
      return span.startMs / 1000;
    case 'end':
      return span.endMs / 1000;
    case 'step':
      return span.stepMs / 1000;
    case 'range':
      return (span.endMs - span.startMs) / 1000;
    case 'pi':
      return Math.PI;
    default:
      return undefined;
  }
}
