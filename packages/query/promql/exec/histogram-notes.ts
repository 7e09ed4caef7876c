import type { FloatHistogram } from '@petrel/model';
import type { CombineNotes } from '../histogram/index.ts';
import { divHistogram, HistogramAccumulator } from '../histogram/index.ts';
import type { Position } from '../parse/ast.ts';
import type { Annotations } from './annotations.ts';

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** The texts about histograms, in one place. */
export const HISTOGRAM_TEXT = {
  mixedTypes: (metric: string) =>
    `encountered a mix of histograms and floats for metric name ${JSON.stringify(metric)}`,
  mixedAggregation: 'encountered a mix of histograms and floats for aggregation',
  mixedSchemas: (metric: string) =>
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${JSON.stringify(metric)}`,
  ignoredInRange: (metric: string) =>
    `ignored histograms in a range containing both floats and histograms for metric name ${JSON.stringify(metric)}`,
  notCounter: (metric: string) => `this native histogram metric is not a counter: ${JSON.stringify(metric)}`,
  notGauge: (metric: string) => `this native histogram metric is not a gauge: ${JSON.stringify(metric)}`,
} as const;

export function noteCombination(
  annotations: Annotations,
  notes: CombineNotes,
  operation: HistogramOperation,
  pos: Position,
): void {
  if (notes.counterResetCollision) {
    annotations.warn(`conflicting counter resets during histogram ${operation}`, pos);
  }
  if (notes.boundsReconciled) noteReconciled(annotations, operation, pos);
}

export function noteReconciled(annotations: Annotations, operation: HistogramOperation, pos: Position): void {
  annotations.info(`mismatched custom buckets were reconciled during ${operation}`, pos);
}

/** What adding up many histograms gave: undefined histogram when exponential and custom buckets met. */
export interface TotalNotes extends CombineNotes {
  readonly histogram: FloatHistogram | undefined;
}

/** The sum, compensated. */
export function sumHistograms(histograms: readonly FloatHistogram[]): TotalNotes {
  return total(histograms, false);
}

/** The mean; where the sum overflows it is carried on from there. */
export function meanHistogram(histograms: readonly FloatHistogram[]): TotalNotes {
  return total(histograms, true);
}

function total(histograms: readonly FloatHistogram[], isMean: boolean): TotalNotes {
  const hints = new Set(histograms.map((h) => h.counterResetHint));
  const counterResetCollision = hints.has('reset') && hints.has('not_reset');
  let boundsReconciled = false;
  const sum = new HistogramAccumulator(histograms[0] as FloatHistogram);
  for (const h of histograms.slice(1)) {
    if (!sum.accepts(h)) return { histogram: undefined, counterResetCollision, boundsReconciled };
    if (sum.add(h).boundsReconciled) boundsReconciled = true;
  }
  if (!isMean) return { histogram: sum.result(), counterResetCollision, boundsReconciled };
  const histogram = sum.overflowed ? incrementalMean(histograms) : divHistogram(sum.result(), histograms.length);
  return { histogram, counterResetCollision, boundsReconciled };
}

function incrementalMean(histograms: readonly FloatHistogram[]): FloatHistogram {
  const mean = new HistogramAccumulator(histograms[0] as FloatHistogram);
  histograms.forEach((h, i) => {
    if (i === 0) return;
    mean.scale(i / (i + 1));
    mean.add(divHistogram(h, i + 1));
  });
  return mean.result();
}
