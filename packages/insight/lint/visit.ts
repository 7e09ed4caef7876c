import type { Expr } from '@petrel/query/promql/parse/ast.ts';
import { promqlOf, type Rule } from '@petrel/rules';

/** The expression and everything in it, from the outside in. */
export function visit(expr: Expr, enter: (expr: Expr) => void): void {
  enter(expr);
  for (const child of childrenOf(expr)) visit(child, enter);
}

/** The same of a rule; nothing of one that asks logs. */
export function visitRule(rule: Rule, enter: (expr: Expr) => void): void {
  const expr = promqlOf(rule);
  if (expr !== undefined) visit(expr, enter);
}

/** What stands directly in an expression, in the order of the text but for the parameter of an aggregation. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr];
    case 'call':
      return expr.args;
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
    case 'binary':
      return [expr.lhs, expr.rhs];
  }
}
