import { Labels, PetrelError } from '@petrel/model';
import type { Column } from '../../../promql/exec/columns.ts';
import { mergeEqualLabels } from '../../../promql/exec/columns.ts';
import { rangeValue } from '../../../promql/exec/result-value.ts';
import type { Grid } from '../../../promql/plan/plan-node.ts';
import type { QueryValue } from '../../../promql/result.ts';
import type { MetricExpr } from '../../parse/ast.ts';
import { childrenOf } from '../../plan/children.ts';
import type { Operand } from './binary.ts';

export interface AnswerOptions {
  readonly expr: MetricExpr;
  readonly grid: Grid;
  readonly isRange: boolean;
  readonly maxSeries: number;
}

/** The answer as PromQL's engine gives it. A vector is sorted by labels, unless `sort` or `sort_desc` stands anywhere in the query. */
export function answerOf(value: Operand, { expr, grid, isRange, maxSeries }: AnswerOptions): QueryValue {
  if (value.kind === 'scalar') {
    return isRange ? rangeValue(value, grid) : { type: 'scalar', tMs: grid.startMs, value: value.values[0] as number };
  }
  const columns = mergeEqualLabels(value.columns, sameLabels);
  if (columns.length > maxSeries) {
    throw new PetrelError(
      'QUERY_LIMIT',
      `maximum number of series (${maxSeries}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()`,
    );
  }
  if (isRange) return rangeValue({ kind: 'vector', columns }, grid);
  const samples = columns
    .filter(({ present }) => present[0] === 1)
    .map(({ labels, values }: Column) => ({ labels, value: values[0] as number }));
  if (!ordersByValue(expr)) samples.sort((a, b) => Labels.compare(a.labels, b.labels));
  return { type: 'vector', tMs: grid.startMs, samples };
}

function ordersByValue(expr: MetricExpr): boolean {
  const sorts = expr.kind === 'vectorAggregation' && (expr.op === 'sort' || expr.op === 'sort_desc');
  return sorts || childrenOf(expr).some(ordersByValue);
}

function sameLabels(): never {
  throw new PetrelError('LOGQL_EXEC', 'vector cannot contain metrics with the same labelset');
}
