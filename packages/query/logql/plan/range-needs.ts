import type { MetricExpr, RangeAggregation, RangeFunction } from '../parse/ast.ts';
import { childrenOf } from './children.ts';

/** A range aggregation of a query, and by which labels its series may be added up before anything else looks at them. */
export interface RangeNeed {
  readonly node: RangeAggregation;
  /** Undefined: every series counts. */
  readonly sumBy: readonly string[] | undefined;
}

/** Functions of which the sum over series is the function over the lines of all of them. */
const ADDITIVE: ReadonlySet<RangeFunction> = new Set([
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
  'rate',
  'sum_over_time',
]);

/** In the order of the text. */
export function rangeNeeds(expr: MetricExpr): readonly RangeNeed[] {
  if (expr.kind === 'rangeAggregation') return [{ node: expr, sumBy: undefined }];
  if (expr.kind === 'vectorAggregation' && expr.expr.kind === 'rangeAggregation') {
    const node = expr.expr;
    const adds = expr.op === 'sum' && expr.grouping?.without !== true;
    const additive = ADDITIVE.has(node.func) && node.grouping === undefined;
    return [{ node, sumBy: adds && additive ? (expr.grouping?.labels ?? []) : undefined }];
  }
  return childrenOf(expr).flatMap(rangeNeeds);
}
