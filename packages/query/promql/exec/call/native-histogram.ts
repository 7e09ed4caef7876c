import type { FloatHistogram } from '@petrel/model';
import { histogramFraction, histogramQuantile, histogramVariance } from '../../histogram/index.ts';
import type { CallNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import { Arena, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { vectorArg, withoutName } from './arguments.ts';

const READERS: Readonly<Record<string, (h: FloatHistogram) => number>> = {
  histogram_avg: (h) => h.sum / h.count,
  histogram_count: (h) => h.count,
  histogram_stddev: (h) => Math.sqrt(histogramVariance(h)),
  histogram_stdvar: histogramVariance,
  histogram_sum: (h) => h.sum,
};

/** Functions that read one number off each native histogram, and leave floats out. */
export const SCALARS: readonly string[] = Object.keys(READERS);

export async function nativeScalar(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const read = READERS[node.func] as (h: FloatHistogram) => number;
  const arena = new Arena(node.grid.steps);
  const result: Column[] = [];
  for (const column of await vectorArg(node, 0, context, evaluate)) {
    const { values, present } = arena.peek();
    let found = 0;
    column.histograms?.forEach((histogram, k) => {
      if (histogram === undefined) return;
      values[k] = read(histogram);
      present[k] = 1;
      found++;
    });
    if (found === 0) continue;
    arena.commit();
    result.push({ ...withoutName(column, context), values, present });
    if (context.due(values.length * 8)) await context.pause();
  }
  context.hold(result.length * node.grid.steps);
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? result : mergeEqualLabels(result) };
}

/** A number and what has to be said about it. */
export interface Reading {
  readonly value: number;
  readonly info?: string;
}

export function nativeQuantile(q: number, histogram: FloatHistogram): Reading {
  const { value, nan } = histogramQuantile(q, histogram);
  if (nan === 'result') return { value, info: 'input to histogram_quantile has NaN observations, result is NaN' };
  if (nan === 'skewed') {
    return { value, info: 'input to histogram_quantile has NaN observations, result is skewed higher' };
  }
  return { value };
}

export function nativeFraction(lower: number, upper: number, histogram: FloatHistogram): Reading {
  const value = histogramFraction(lower, upper, histogram);
  // A sum is NaN as soon as one observation was.
  if (Number.isNaN(histogram.sum)) {
    return {
      value,
      info: 'input to histogram_fraction has NaN observations, which are excluded from all fractions',
    };
  }
  return { value };
}
