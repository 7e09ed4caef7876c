import type { MetricExpr } from '../parse/ast.ts';

/** The expressions that stand in another, in the order of the text. */
export function childrenOf(node: MetricExpr): readonly MetricExpr[] {
  switch (node.kind) {
    case 'rangeAggregation':
    case 'number':
    case 'vector':
      return [];
    case 'vectorAggregation':
    case 'labelReplace':
      return [node.expr];
    case 'binary':
      return [node.left, node.right];
    case 'variants':
      return node.variants;
  }
}
