import { PetrelError } from '@petrel/model';
import type { Grid } from '../../../promql/plan/plan-node.ts';
import type { QueryResult } from '../../../promql/result.ts';
import type { MetricExpr } from '../../parse/ast.ts';
import { parseLogql } from '../../parse/index.ts';
import { childrenOf } from '../../plan/children.ts';
import { rangeNeeds } from '../../plan/range-needs.ts';
import { resolveVariants } from '../../plan/variants.ts';
import type { LogWork } from '../log-work.ts';
import { readRanges } from '../range/read-ranges.ts';
import { answerOf } from './answer.ts';
import { evaluateMetric } from './evaluate.ts';

export interface MetricQuery {
  readonly query: string;
  readonly grid: Grid;
  readonly isRange: boolean;
}

/** Parses, reads and evaluates a metric query. A query for lines is refused: it has another answer. */
export async function queryMetric({ query, grid, isRange }: MetricQuery, work: LogWork): Promise<QueryResult> {
  const watch = new Stopwatch();
  const expr = metricExprOf(query, isRange);
  watch.lap('parse');
  const needs = rangeNeeds(expr);
  watch.lap('plan');
  const ranges = await readRanges(needs, grid, work);
  watch.lap('fetch');
  const value = await evaluateMetric(expr, { work, grid, isRange, ranges });
  const answer = answerOf(value, { expr, grid, isRange, maxSeries: work.limits.maxSeries });
  watch.lap('eval');
  return {
    value: answer,
    warnings: [],
    infos: [],
    stats: { samplesLoaded: work.linesRead, peakSamples: work.peakSamples, timingsMs: watch.lapsMs },
  };
}

function metricExprOf(query: string, isRange: boolean): MetricExpr {
  const expr = parseLogql(query);
  if (expr.kind === 'logSelector') {
    throw new PetrelError(
      'BAD_REQUEST',
      'log queries are not supported as a metric query, please use one that aggregates lines, such as count_over_time',
    );
  }
  if (isRange && usesApproximation(expr)) {
    throw new PetrelError('LOGQL_EXEC', 'approx_topk is only supported on instant queries');
  }
  return resolveVariants(expr);
}

function usesApproximation(expr: MetricExpr): boolean {
  return (expr.kind === 'vectorAggregation' && expr.op === 'approx_topk') || childrenOf(expr).some(usesApproximation);
}

type Phase = 'parse' | 'plan' | 'fetch' | 'eval';

class Stopwatch {
  #lastMs = performance.now();
  readonly lapsMs: Record<Phase, number> = { parse: 0, plan: 0, fetch: 0, eval: 0 };

  lap(phase: Phase): void {
    const nowMs = performance.now();
    this.lapsMs[phase] = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }
}
