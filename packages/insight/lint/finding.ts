import type { RoutingConfig } from '@petrel/alerts/config/config.ts';
import type { MetricSource } from '@petrel/query/promql';
import type { AlertingRule, Rule, RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';

export type LintSeverity = 'error' | 'warning' | 'info';

/** Something about rules or routes that a person should look at. */
export interface Finding {
  /** Stable: `missing-annotation`, `unreachable-route`… */
  readonly check: string;
  readonly severity: LintSeverity;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The rule, route or receiver. */
  readonly subject: string;
  /** What is wrong, as a sentence without a stop. */
  readonly message: string;
  /** What to do about it, as a sentence without a stop. */
  readonly suggestion: string;
}

export interface RoutingFile {
  readonly config: RoutingConfig;
  readonly file: string;
}

export interface LintOptions {
  readonly groups: readonly RuleGroup[];
  readonly routing?: RoutingFile;
  /** What is stored; without it nothing is said about data. */
  readonly source?: MetricSource;
  /** Of groups that name none. */
  readonly evaluationIntervalMs: number;
  /** The longest of the scrape jobs; absent: unknown. */
  readonly scrapeIntervalMs?: number;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

/** A rule with the group that it stands in. */
export interface RuleInGroup {
  readonly group: RuleGroup;
  readonly rule: Rule;
}

/** An alerting rule with the group that it stands in. */
export interface AlertRuleInGroup {
  readonly group: RuleGroup;
  readonly rule: AlertingRule;
}

export function alertRulesOf(groups: readonly RuleGroup[]): readonly AlertRuleInGroup[] {
  return groups.flatMap((group) =>
    group.rules.filter((rule) => rule.kind === 'alerting').map((rule) => ({ group, rule })),
  );
}

type Words = Pick<Finding, 'check' | 'severity' | 'message' | 'suggestion'>;

/** A finding about a rule as a whole. */
export function aboutRule({ group, rule }: RuleInGroup, words: Words): Finding {
  return { ...words, file: group.file, line: rule.place.line, column: rule.place.column, subject: rule.name };
}

/** A finding about a rule's expression. */
export function aboutExpr({ group, rule }: RuleInGroup, words: Words): Finding {
  return { ...words, file: group.file, line: rule.exprPlace.line, column: rule.exprPlace.column, subject: rule.name };
}
