import type { PromqlSyntax } from '@petrel/api';
import { type ParseOptions, parseExpr, parseMetricSelector } from '@petrel/query/promql/parse/index.ts';
import { prettyExpr } from '@petrel/query/promql/print/index.ts';
import type { PetrelConfig } from './config/index.ts';

/** The language with the switches of the running configuration. */
export function promqlSyntax(config: () => PetrelConfig): PromqlSyntax {
  return {
    parse: (query) => parseExpr(query, parseOptions(config())),
    parseSelector: parseMetricSelector,
    prettify: (query) => prettyExpr(parseExpr(query, parseOptions(config()))),
  };
}

function parseOptions({ features }: PetrelConfig): ParseOptions {
  return {
    experimentalFunctions: features.includes('promql-experimental-functions'),
    durationExpressions: features.includes('promql-duration-expr'),
    extendedRangeSelectors: features.includes('promql-extended-range-selectors'),
    fillModifiers: features.includes('promql-binop-fill-modifiers'),
  };
}
