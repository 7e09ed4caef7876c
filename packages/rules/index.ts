/**
 * Alerting and recording rules: rule files enter as they are, alerts leave through an `AlertSink` and recorded samples through a
 * `SampleSink`, with every change of an alert as a decision for the ledger. `RuleManager` runs them on a clock, `simulateGroups` over the
 * past; the server, the rehearsals and the command line call.
 */
export type { RuleManagerConfig } from './manager/rule-manager.ts';
export { RuleManager } from './manager/rule-manager.ts';
export type { AlertSink, AlertUpdate, EngineOver, LogRulePort, RuleEngine, RulePorts } from './port.ts';
export type {
  AlertingRule,
  LoadedRules,
  MissingDataPolicy,
  RecordingRule,
  Rule,
  RuleFileOptions,
  RuleGroup,
  RuleLanguage,
} from './rule-file/index.ts';
export { loadRuleFile, loadRuleFiles, promqlOf } from './rule-file/index.ts';
export type {
  SimulatedEvaluation,
  SimulatedFailure,
  SimulationOptions,
  SimulationResult,
} from './simulation/simulate-groups.ts';
export { simulateGroups } from './simulation/simulate-groups.ts';
export type { AlertJson, RuleGroupJson, RuleJson, RulesData, RulesQuery } from './status/api-data.ts';
export { alertsData, rulesData } from './status/api-data.ts';
export type { ActiveAlertStatus, AlertingRuleStatus, GroupStatus, RuleStatus } from './status/group-status.ts';
