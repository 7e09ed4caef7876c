import { constantScalar, unlabelled } from '../../../promql/exec/columns.ts';
import type { MetricExpr, Variants } from '../../parse/ast.ts';
import type { Operand } from './binary.ts';
import { combine } from './binary.ts';
import { replaceLabel } from './label-replace.ts';
import type { MetricContext } from './metric-context.ts';
import { aggregateVector } from './vector-aggregation.ts';

/** Computes a metric expression for all steps, over what was read for its range aggregations. */
export async function evaluateMetric(node: MetricExpr, context: MetricContext): Promise<Operand> {
  const { steps } = context.grid;
  context.work.checkSteps(steps);
  switch (node.kind) {
    case 'number':
      return constantScalar(node.value, steps) as Operand;
    case 'vector':
      return { kind: 'vector', columns: [unlabelled(new Float64Array(steps).fill(node.value))] };
    case 'rangeAggregation':
      return { kind: 'vector', columns: context.ranges.get(node) ?? [] };
    case 'vectorAggregation': {
      const columns = await vectorOf(node.expr, context);
      return { kind: 'vector', columns: await aggregateVector(node, columns, context) };
    }
    case 'labelReplace':
      return { kind: 'vector', columns: replaceLabel(node, await vectorOf(node.expr, context)) };
    case 'binary': {
      const left = await evaluateMetric(node.left, context);
      return combine(node, left, await evaluateMetric(node.right, context), context);
    }
    case 'variants':
      return evaluateVariants(node, context);
  }
}

/** A number where a vector belongs is a vector of it. */
async function vectorOf(node: MetricExpr, context: MetricContext) {
  const value = await evaluateMetric(node, context);
  return value.kind === 'vector' ? value.columns : [unlabelled(value.values)];
}

async function evaluateVariants({ variants }: Variants, context: MetricContext): Promise<Operand> {
  const columns = [];
  for (const [i, variant] of variants.entries()) {
    for (const column of await vectorOf(variant, context)) {
      columns.push({ ...column, labels: column.labels.with('__variant__', String(i)) });
    }
  }
  return { kind: 'vector', columns };
}
