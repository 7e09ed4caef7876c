/**
 * Query languages over the stored telemetry: text enters, values leave; the API, the rules and the command line call. PromQL stands
 * in promql/, each language in a folder of its own.
 */
export type {
  EngineFeatures,
  EngineLimits,
  EngineOptions,
  MetricSource,
  PromqlEngine,
  QueryOptions,
  QueryResult,
  QueryStats,
  QueryValue,
} from './promql/index.ts';
export { createPromqlEngine } from './promql/index.ts';
