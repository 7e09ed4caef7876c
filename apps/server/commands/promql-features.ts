import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';

/** Prometheus's names of what has to be switched on in PromQL. */
const FEATURES: Readonly<Record<string, Partial<ParseOptions>>> = {
  'promql-experimental-functions': { experimentalFunctions: true },
  'promql-duration-expr': { durationExpressions: true },
  'promql-extended-range-selectors': { extendedRangeSelectors: true },
  'promql-binop-fill-modifiers': { fillModifiers: true },
};

/** The switches of `--enable-feature a,b`; undefined when one of them is unknown. */
export function promqlFeatures(names: readonly string[]): Partial<ParseOptions> | undefined {
  let features: Partial<ParseOptions> = {};
  for (const name of names.flatMap((list) => list.split(','))) {
    const feature = FEATURES[name];
    if (feature === undefined) return undefined;
    features = { ...features, ...feature };
  }
  return features;
}
