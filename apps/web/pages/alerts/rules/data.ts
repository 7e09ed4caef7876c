import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../../shell/prometheus-api.ts';
import type { RuleAlert } from '../alertmanager/queries.ts';
import type { LabelMap } from '../labels/labels-text.ts';

/** `GET /api/v1/rules`. Source: Prometheus 3, web/api/v1. */
export interface ApiRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels?: LabelMap;
  readonly health: string;
  readonly lastError?: string;
  /** Seconds. */
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  /** Of alerting rules. */
  readonly state?: 'firing' | 'pending' | 'inactive' | 'unknown';
  /** Seconds. */
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly annotations?: LabelMap;
  readonly alerts?: readonly RuleAlert[];
}

export interface ApiRuleGroup {
  readonly name: string;
  readonly file: string;
  /** Seconds. */
  readonly interval: number;
  readonly limit: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly ApiRule[];
}

export type RuleState = 'failing' | 'firing' | 'pending' | 'inactive' | 'recording';

export const RULE_STATES: readonly RuleState[] = ['failing', 'firing', 'pending', 'inactive', 'recording'];

export interface Rule {
  /** Stable over refreshes: file, group, name and place. */
  readonly key: string;
  readonly rule: ApiRule;
  readonly state: RuleState;
  readonly group: ApiRuleGroup;
}

export type RuleRow =
  | { readonly kind: 'group'; readonly key: string; readonly group: ApiRuleGroup; readonly count: number }
  | { readonly kind: 'rule'; readonly key: string; readonly entry: Rule };

export function useRuleGroups() {
  return useQuery({
    queryKey: ['alerts', 'rules'],
    refetchInterval: 10_000,
    structuralSharing: false,
    queryFn: async ({ signal }) =>
      (await askApi<{ readonly groups: readonly ApiRuleGroup[] }>('rules', undefined, signal)).data.groups,
  });
}

/** A failing rule is failing first of all: whatever state it had is old. */
export function ruleState(rule: ApiRule): RuleState {
  if (rule.health === 'err') return 'failing';
  if (rule.type === 'recording') return 'recording';
  return rule.state === 'firing' || rule.state === 'pending' ? rule.state : 'inactive';
}

export function toRules(groups: readonly ApiRuleGroup[]): readonly Rule[] {
  return groups.flatMap((group) =>
    group.rules.map((rule, index) => ({
      key: `${group.file};${group.name};${rule.name};${index}`,
      rule,
      state: ruleState(rule),
      group,
    })),
  );
}

export function countRules(rules: readonly Rule[]): Readonly<Record<RuleState, number>> {
  const counts = { failing: 0, firing: 0, pending: 0, inactive: 0, recording: 0 };
  for (const { state } of rules) counts[state]++;
  return counts;
}

/** Every word must occur in the name, the expression, the group, the file, the labels or the error. */
export function ruleMatches({ rule, group }: Rule, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const labels = Object.entries(rule.labels ?? {}).map(([name, value]) => `${name}="${value}"`);
  const text = [rule.name, rule.query, group.name, group.file, rule.lastError ?? '', ...labels]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Groups in the server's order, each followed by those of its rules that are left; groups without any are left out. */
export function toRows(rules: readonly Rule[]): readonly RuleRow[] {
  const rows: RuleRow[] = [];
  let current: ApiRuleGroup | undefined;
  for (const entry of rules) {
    if (entry.group !== current) {
      current = entry.group;
      const count = rules.filter(({ group }) => group === current).length;
      rows.push({ kind: 'group', key: `${current.file};${current.name}`, group: current, count });
    }
    rows.push({ kind: 'rule', key: entry.key, entry });
  }
  return rows;
}

/** The file's name with its folder, as much as tells files apart. */
export function shortFile(file: string): string {
  return file.split('/').slice(-2).join('/');
}
