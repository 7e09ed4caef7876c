import type { MetricExpr } from '@petrel/query/logql/parse/ast.ts';
import { printLogql } from '@petrel/query/logql/print/index.ts';
import type { Binary, ComparisonOp, Expr } from '@petrel/query/promql/parse/ast.ts';
import { typeOf } from '@petrel/query/promql/parse/index.ts';
import { printExpr } from '@petrel/query/promql/print/index.ts';
import type { RuleExpr } from '@petrel/rules/rule-file/index.ts';

/** The comparison with a number that makes a rule an alert. */
export interface Threshold {
  /** As if the value stood on the left: `5 < x` is `>`. */
  readonly op: ComparisonOp;
  readonly value: number;
  /** The expression without the comparison: it yields what is compared. */
  readonly valueExpr: string;
}

/** That of a rule, in its language. Undefined where its expression ends in no comparison with a number. */
export function thresholdOf(rule: RuleExpr): Threshold | undefined {
  return rule.language === 'promql' ? findThreshold(rule.ast) : findLogThreshold(rule.ast);
}

function findLogThreshold(expr: MetricExpr): Threshold | undefined {
  if (expr.kind !== 'binary' || expr.returnBool || !isComparison(expr.op)) return undefined;
  const { op, left, right } = expr;
  if (right.kind === 'number') return { op, value: right.value, valueExpr: printLogql(left) };
  if (left.kind === 'number') return { op: MIRRORED[op], value: left.value, valueExpr: printLogql(right) };
  return undefined;
}

/**
 * The comparison with a constant at the top of an expression: through parentheses, and on the left of `and` and `unless`, which pass that side's values on.
 * Undefined where there is none, or where `bool` turns it into a value.
 */
export function findThreshold(expr: Expr): Threshold | undefined {
  const found = search(expr);
  return found && { op: found.op, value: found.value, valueExpr: printExpr(found.rest) };
}

/** Whether a value satisfies a comparison; as PromQL compares floats. */
export function holds(op: ComparisonOp, value: number, threshold: number): boolean {
  switch (op) {
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
  }
}

/** The number that an expression of constants is; undefined when anything else is in it. */
export function constantOf(expr: Expr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'paren':
      return constantOf(expr.expr);
    case 'unary': {
      const value = constantOf(expr.expr);
      return value === undefined ? undefined : expr.op === '-' ? -value : value;
    }
    case 'binary': {
      const [a, b] = [constantOf(expr.lhs), constantOf(expr.rhs)];
      return a === undefined || b === undefined ? undefined : arithmetic(expr.op, a, b);
    }
    default:
      return undefined;
  }
}

interface Found {
  readonly op: ComparisonOp;
  readonly value: number;
  /** The expression with the comparison taken out. */
  readonly rest: Expr;
}

const MIRRORED: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function search(expr: Expr): Found | undefined {
  if (expr.kind === 'paren') {
    const inner = search(expr.expr);
    return inner && { ...inner, rest: { ...expr, expr: inner.rest } };
  }
  if (expr.kind !== 'binary') return undefined;
  if (expr.op === 'and' || expr.op === 'unless') {
    const left = search(expr.lhs);
    return left && { ...left, rest: { ...expr, lhs: left.rest } };
  }
  return isComparison(expr.op) && !expr.returnBool ? ofComparison(expr, expr.op) : undefined;
}

function ofComparison({ lhs, rhs }: Binary, op: ComparisonOp): Found | undefined {
  const right = constantOf(rhs);
  if (right !== undefined) return typeOf(lhs) === 'vector' ? { op, value: right, rest: lhs } : undefined;
  const left = constantOf(lhs);
  if (left === undefined || typeOf(rhs) !== 'vector') return undefined;
  return { op: MIRRORED[op], value: left, rest: rhs };
}

export function isComparison(op: string): op is ComparisonOp {
  return op in MIRRORED;
}

function arithmetic(op: string, a: number, b: number): number | undefined {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
    default:
      return undefined;
  }
}
