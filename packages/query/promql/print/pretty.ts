import type { Expr } from '../parse/ast.ts';
import { aggregateHead, operatorText, printExpr, subquerySuffix } from './one-line.ts';

/** Prometheus breaks what is longer. */
export const PRETTY_WIDTH = 100;

/** Over several lines, as format_query answers: what is longer than `width` characters is broken at its operators, arguments and parentheses. */
export function prettyExpr(expr: Expr, width: number = PRETTY_WIDTH): string {
  return pretty(expr, 0, width);
}

function pretty(expr: Expr, level: number, width: number): string {
  const indent = '  '.repeat(level);
  const oneLine = printExpr(expr);
  if (oneLine.length <= width) return indent + oneLine;
  const inner = (child: Expr): string => pretty(child, level + 1, width);
  switch (expr.kind) {
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${inner(expr.param)},\n`;
      return `${indent}${aggregateHead(expr)}(\n${param}${inner(expr.expr)}\n${indent})`;
    }
    case 'binary':
      return `${inner(expr.lhs)}\n${indent}${operatorText(expr)}\n${inner(expr.rhs)}`;
    case 'call':
      return expr.args.length === 0
        ? indent + oneLine
        : `${indent}${expr.func}(\n${expr.args.map(inner).join(',\n')}\n${indent})`;
    case 'paren':
      return `${indent}(\n${inner(expr.expr)}\n${indent})`;
    case 'subquery':
      return `${pretty(expr.expr, level, width)}${subquerySuffix(expr)}`;
    case 'unary':
      return `${indent}${expr.op}${pretty(expr.expr, level, width).trimStart()}`;
    default:
      return indent + oneLine;
  }
}
