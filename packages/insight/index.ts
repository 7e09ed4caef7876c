/**
 * What alerts would do, did, and cannot do: rehearsals of rules and routes over stored data, explanations from the decision ledger, and a lint.
 * Loaded configurations, a metric source and a ledger reader enter; results of this package's own types leave. The API calls.
 */

export type {
  Difference,
  RehearsalProgress,
  RehearsalResult,
  RehearsalSide,
  RehearsedNotification,
  RuleFigures,
  UntoldAlert,
} from './rehearsal/rehearsal-result.ts';
export type { Configuration, RehearseOptions } from './rehearsal/rehearse.ts';
export { rehearse } from './rehearsal/rehearse.ts';
