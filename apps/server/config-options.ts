import type { EngineOptions } from '@petrel/query';
import type { Retention } from '@petrel/store';
import type { PetrelConfig } from './config/index.ts';

/** The configuration in the words of the packages that follow it. */
export function retentionOf({ storage }: PetrelConfig): Retention {
  return {
    timeMs: storage.retentionTimeMs,
    ...(storage.retentionSizeBytes > 0 ? { sizeBytes: storage.retentionSizeBytes } : {}),
  };
}

export function engineOptions({
  limits,
  features,
  global,
}: PetrelConfig): Pick<EngineOptions, 'features' | 'limits' | 'noStepSubqueryIntervalMs'> {
  return {
    features: {
      experimentalFunctions: features.includes('promql-experimental-functions'),
      durationExpressions: features.includes('promql-duration-expr'),
      extendedRangeSelectors: features.includes('promql-extended-range-selectors'),
      fillModifiers: features.includes('promql-binop-fill-modifiers'),
      delayedNameRemoval: features.includes('promql-delayed-name-removal'),
    },
    limits: {
      timeoutMs: limits.queryTimeoutMs,
      maxSamples: limits.queryMaxSamples,
      maxPoints: limits.queryMaxPoints,
      maxConcurrent: limits.queryConcurrency,
    },
    noStepSubqueryIntervalMs: () => global.evaluationIntervalMs,
  };
}
