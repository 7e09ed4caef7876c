import { applyOp, OP_CODES } from '../../../promql/exec/binary/operators.ts';
import type { BinaryOp } from '../../parse/ast.ts';

export type SetOp = 'and' | 'or' | 'unless';

export function isSetOp(op: BinaryOp): op is SetOp {
  return op === 'and' || op === 'or' || op === 'unless';
}

export function isComparison(op: BinaryOp): boolean {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}

/** The value of an arithmetic operation, 1 or 0 of a comparison. Anything divided by zero is NaN, other than in PromQL. */
export function operate(op: Exclude<BinaryOp, SetOp>, a: number, b: number): number {
  if (op === '/' && b === 0) return Number.NaN;
  return applyOp(OP_CODES[op], a, b);
}
