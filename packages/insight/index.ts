/**
 * What alerts would do, did, and cannot do: rehearsals of rules and routes over stored data, explanations from the decision ledger, and a lint.
 * Loaded configurations, a metric source and a ledger reader enter; results of this package's own types leave. The API calls.
 */
export { explain } from './explain/explain.ts';
export type {
  Candidate,
  ExplainedAlert,
  ExplainedReceiver,
  ExplainOptions,
  ExplainQuestion,
  Explanation,
  LiveAlerts,
} from './explain/explanation.ts';
export type { Language } from './explain/texts/sentences.ts';
export { entryText } from './explain/texts/sentences-in.ts';
export type { Finding, LintOptions, LintSeverity, RoutingFile } from './lint/finding.ts';
export type { LintResult } from './lint/lint.ts';
export { lint } from './lint/lint.ts';
export type { RuleSettings } from './rehearsal/evaluate-groups.ts';
export { engineOf } from './rehearsal/evaluate-groups.ts';
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
export type { HiddenNotification, SilencePreview, SilencePreviewOptions } from './silence-preview/preview-silence.ts';
export { previewSilence } from './silence-preview/preview-silence.ts';
export type { SweepCell, SweepOptions, SweepResult } from './sweep/sweep.ts';
export { sweep } from './sweep/sweep.ts';
