import type { Expr, ValueType } from './ast.ts';
import { FUNCTIONS } from './functions.ts';

// Long chains of operators lean to one side; remembering each node keeps the recursion one level deep.
const known = new WeakMap<Expr, ValueType>();

/** The type of what an expression evaluates to. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return FUNCTIONS.get(expr.func)?.returns ?? 'vector';
    default: {
      let type = known.get(expr);
      if (type === undefined) {
        if (expr.kind === 'binary') {
          type = typeOf(expr.lhs) === 'scalar' && typeOf(expr.rhs) === 'scalar' ? 'scalar' : 'vector';
        } else type = typeOf(expr.expr);
        known.set(expr, type);
      }
      return type;
    }
  }
}

/** The name of a type in documentation and error messages. */
export function documentedType(type: ValueType): string {
  return type === 'vector' ? 'instant vector' : type === 'matrix' ? 'range vector' : type;
}
