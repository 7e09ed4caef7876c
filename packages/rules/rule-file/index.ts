/**
 * Rule files: YAML as Prometheus reads it enters, typed groups of rules leave, with the place of everything that is wrong. The rule
 * manager's wiring, the checks of the command line and the unit tests of rules call.
 */
export type { LoadedRules, RuleFileOptions } from './load-rule-file.ts';
export { loadRuleFile, loadRuleFiles } from './load-rule-file.ts';
export type { NameValidation } from './names.ts';
export type { RuleExpr, RuleLanguage } from './rule-expr.ts';
export { promqlOf, queryOf } from './rule-expr.ts';
export type { AlertingRule, FilePlace, MissingDataPolicy, RecordingRule, Rule, RuleGroup } from './rule-group.ts';
export { MISSING_DATA_ANNOTATION } from './rule-group.ts';
