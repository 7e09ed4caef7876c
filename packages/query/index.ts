/**
 * Query languages over the stored telemetry: text enters, values or lines leave; the API, the rules and the command line call. PromQL stands
 * in promql/, each language in a folder of its own.
 */
export type {
  LogHistogram,
  LogHistogramRequest,
  LogPlan,
  LogqlEngine,
  LogqlEngineOptions,
  LogqlLimits,
  LogResultLine,
  LogSource,
  LogStatsOfQuery,
  LogsRequest,
  LogsResult,
} from './logql/index.ts';
export { createLogqlEngine, planLogSelector } from './logql/index.ts';
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
