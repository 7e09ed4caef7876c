/**
 * PromQL queries enter with a time or a range, values over steps leave, with Prometheus's warnings and errors; the API, the rules and
 * the command line call. Data comes from a MetricSource: the store's, or one in memory in tests.
 */
export type { EngineLimits, EngineOptions } from './engine.ts';
export { createPromqlEngine, DEFAULT_FEATURES, DEFAULT_LIMITS } from './engine.ts';
export { parseExpr } from './parse/index.ts';
export type { Exemplar, GridRequest, GridSeries, MetricSource, SelectRequest, TimeRange } from './port.ts';
export type {
  EngineFeatures,
  PromqlEngine,
  QueryOptions,
  QueryResult,
  QueryStats,
  QueryValue,
  RawSeries,
  StepSeries,
  VectorSample,
} from './result.ts';
