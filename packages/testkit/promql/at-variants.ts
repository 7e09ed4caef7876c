import type { AtModifier, Expr } from '@petrel/query/promql/parse/ast.ts';
import { parseExpr } from '@petrel/query/promql/parse/index.ts';
import { printExpr } from '@petrel/query/promql/print/index.ts';
import { SCRIPT_PARSE_OPTIONS } from './script.ts';

/** Their value depends on the time of the evaluation, not of the samples. */
const CLOCK_FUNCTIONS: ReadonlySet<string> = new Set(
  [
    'days_in_month day_of_month day_of_week day_of_year hour minute month year time timestamp predict_linear',
    'start end step range start_timestamp',
  ].flatMap((names) => names.split(' ')),
);

/** The query with `@ tMs` on each selector that has no @ yet; undefined when it depends on the clock otherwise. */
export function pinnedAt(query: string, tMs: number): string | undefined {
  const expr = parseExpr(query, SCRIPT_PARSE_OPTIONS);
  if (dependsOnClock(expr)) return undefined;
  return printExpr(pin(expr, { at: 'time', tMs }));
}

function dependsOnClock(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return false;
    case 'vectorSelector':
      return expr.at?.at === 'start' || expr.at?.at === 'end' || typeof expr.offset === 'object';
    case 'matrixSelector':
      return typeof expr.range === 'object' || dependsOnClock(expr.selector);
    case 'subquery':
      return (
        expr.at?.at === 'start' ||
        expr.at?.at === 'end' ||
        [expr.range, expr.step, expr.offset].some((value) => typeof value === 'object') ||
        dependsOnClock(expr.expr)
      );
    case 'call':
      return CLOCK_FUNCTIONS.has(expr.func) || expr.func === 'info' || expr.args.some(dependsOnClock);
    case 'aggregate':
      return dependsOnClock(expr.expr) || (expr.param !== undefined && dependsOnClock(expr.param));
    case 'binary':
      return dependsOnClock(expr.lhs) || dependsOnClock(expr.rhs);
    case 'unary':
    case 'paren':
      return dependsOnClock(expr.expr);
  }
}

/** Inside a subquery nothing is pinned: its steps must still differ. */
function pin(expr: Expr, at: AtModifier): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'vectorSelector':
    case 'subquery':
      return expr.at === undefined ? { ...expr, at } : expr;
    case 'matrixSelector':
      return expr.selector.at === undefined ? { ...expr, selector: { ...expr.selector, at } } : expr;
    case 'call':
      return { ...expr, args: expr.args.map((arg) => pin(arg, at)) };
    case 'aggregate':
      return { ...expr, expr: pin(expr.expr, at), ...(expr.param === undefined ? {} : { param: pin(expr.param, at) }) };
    case 'binary':
      return { ...expr, lhs: pin(expr.lhs, at), rhs: pin(expr.rhs, at) };
    case 'unary':
    case 'paren':
      return { ...expr, expr: pin(expr.expr, at) };
  }
}
