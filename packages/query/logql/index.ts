/**
 * LogQL queries enter, lines or values over steps leave, with Loki's semantics and errors; the API, the rules and the command line call. Lines come
 * from a LogSource: the store's, or one in memory in tests. What other languages for finding lines come to, a LogPlan, is run here too.
 */
export type { LogqlEngineOptions } from './engine.ts';
export { createLogqlEngine } from './engine.ts';
export type { LogqlLimits } from './exec/limits.ts';
export { DEFAULT_LOGQL_LIMITS } from './exec/limits.ts';
export type { LineInput, Pipeline, ProcessedLine, StreamPipeline } from './exec/pipeline.ts';
export { isMetricExpr, parseLogql, parseLogSelector, parseMatchers } from './parse/index.ts';
export type { LogPlan } from './plan/log-plan.ts';
export { planLogSelector } from './plan/plan-log-selector.ts';
export type {
  LogCountRequest,
  LogCountSeries,
  LogSelectRequest,
  LogSource,
  LogStats,
  LogTimeRange,
} from './port.ts';
export type {
  LogHistogram,
  LogHistogramRequest,
  LogqlEngine,
  LogResultLine,
  LogStatsOfQuery,
  LogsRequest,
  LogsResult,
} from './result.ts';
