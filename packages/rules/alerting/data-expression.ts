import type { Labels } from '@petrel/model';
import type { Binary, Expr, VectorMatching } from '@petrel/query/promql/parse/ast.ts';
import { typeOf } from '@petrel/query/promql/parse/index.ts';
import { printExpr } from '@petrel/query/promql/print/index.ts';

/** What an alerting expression looks at, without the conditions that it sets. */
export interface DataExpression {
  readonly query: string;
  /** The part of a label set that the expression and its data have in common: equal for a result and the data that it comes of. */
  projectionOf(labels: Labels): Labels;
}

/**
 * The expression without its outermost conditions: `up == 0` looks at `up`, `a / b > 0.05 and on (job) c` at `a / b`. Undefined where it
 * cannot be told whether a missing result means a condition that does not hold or data that is gone (`absent(x)`, `count(up == 0) > 2`).
 */
export function dataExpressionOf(expr: Expr): DataExpression | undefined {
  const found = strip(expr);
  if (found === undefined || hidesSeries(found.expr)) return undefined;
  const { cuts } = found;
  return {
    query: printExpr(found.expr),
    projectionOf: (labels) => cuts.reduce((rest, cut) => cut(rest), labels.dropMetric()),
  };
}

type Cut = (labels: Labels) => Labels;

interface Stripped {
  readonly expr: Expr;
  readonly cuts: readonly Cut[];
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

function strip(expr: Expr): Stripped | undefined {
  if (expr.kind === 'paren') return strip(expr.expr);
  if (expr.kind !== 'binary') return { expr, cuts: [] };
  if (expr.op === 'and' || expr.op === 'unless') return strip(expr.lhs);
  if (expr.op === 'or') return stripOr(expr);
  if (!COMPARISONS.has(expr.op) || expr.returnBool) return { expr, cuts: [] };
  return stripComparison(expr);
}

function stripComparison(expr: Binary): Stripped | undefined {
  const { lhs, rhs, matching } = expr;
  if (typeOf(lhs) !== 'vector') return typeOf(rhs) === 'vector' ? strip(rhs) : undefined;
  if (matching === undefined) return strip(lhs);
  // The result has the labels of the side with many series, the left one where both have one.
  const side = strip(matching.card === 'one-to-many' ? rhs : lhs);
  return side === undefined ? undefined : { expr: side.expr, cuts: [...side.cuts, cutOf(matching)] };
}

/** Labels that a comparison of two vectors adds or drops are left out of account. */
function cutOf({ card, on, labels, include }: VectorMatching): Cut {
  const named = new Set(labels);
  if (card === 'one-to-one') return (all) => (on ? all.keep(named) : all.without(named));
  const added = new Set(include);
  return (all) => all.without(added);
}

function stripOr(expr: Binary): Stripped | undefined {
  const left = strip(expr.lhs);
  const right = strip(expr.rhs);
  if (left === undefined || right === undefined || left.cuts.length + right.cuts.length > 0) return undefined;
  return { expr: { ...expr, lhs: left.expr, rhs: right.expr }, cuts: [] };
}

/** True when some series are left out for what they hold, so that their absence says nothing of the data. */
function hidesSeries(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
    case 'matrixSelector':
      return false;
    case 'paren':
    case 'unary':
    case 'subquery':
      return hidesSeries(expr.expr);
    case 'call':
      return expr.func.startsWith('absent') || expr.args.some(hidesSeries);
    case 'aggregate':
      return expr.op === 'topk' || expr.op === 'bottomk' || expr.op.startsWith('limit') || hidesSeries(expr.expr);
    case 'binary': {
      const filters = COMPARISONS.has(expr.op) && !expr.returnBool && typeOf(expr) === 'vector';
      return filters || expr.op === 'and' || expr.op === 'unless' || hidesSeries(expr.lhs) || hidesSeries(expr.rhs);
    }
  }
}
