import type { ArithmeticOp, BinaryOp, ComparisonOp, SetOp, TrimOp } from '../../parse/ast.ts';

/** Operators on two numbers, as small integers: inner loops switch on them. */
export const OP_CODES: Readonly<Record<ArithmeticOp | ComparisonOp, number>> = {
  '+': 0,
  '-': 1,
  '*': 2,
  '/': 3,
  '%': 4,
  '^': 5,
  atan2: 6,
  '==': 7,
  '!=': 8,
  '<': 9,
  '<=': 10,
  '>': 11,
  '>=': 12,
};

export function isComparison(op: BinaryOp): op is ComparisonOp {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}

export function isSetOp(op: BinaryOp): op is SetOp {
  return op === 'and' || op === 'or' || op === 'unless';
}

export function isTrimOp(op: BinaryOp): op is TrimOp {
  return op === '</' || op === '>/';
}

/** The value; comparisons give 1 or 0. */
export function applyOp(code: number, a: number, b: number): number {
  switch (code) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / b;
    case 4:
      return a % b;
    case 5:
      return power(a, b);
    case 6:
      return Math.atan2(a, b);
    case 7:
      return a === b ? 1 : 0;
    case 8:
      return a !== b ? 1 : 0;
    case 9:
      return a < b ? 1 : 0;
    case 10:
      return a <= b ? 1 : 0;
    case 11:
      return a > b ? 1 : 0;
    default:
      return a >= b ? 1 : 0;
  }
}

export function scalarArithmetic(op: ArithmeticOp | ComparisonOp, a: number, b: number): number {
  return applyOp(OP_CODES[op], a, b);
}

/** IEEE 754's pow, which Prometheus has and ECMAScript has not: 1 to any power, and -1 to an infinite one, is 1. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Number.POSITIVE_INFINITY || b === Number.NEGATIVE_INFINITY))) return 1;
  return a ** b;
}
