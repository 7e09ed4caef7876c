import { createHash } from 'node:crypto';
import type { Matcher } from '@petrel/model';
import { compileMatcher, PetrelError } from '@petrel/model';
import { formatExponent, formatTime } from './go-format.ts';
import type { ActiveAlertStatus, GroupStatus, RuleStatus } from './group-status.ts';

/** The parameters of /api/v1/rules. Empty lists count as absent. */
export interface RulesQuery {
  /** '' for both kinds. */
  readonly type?: string;
  readonly ruleNames?: readonly string[];
  readonly groups?: readonly string[];
  readonly files?: readonly string[];
  /** Any of these sets of matchers on the rules' labels, templates as they are written. */
  readonly match?: readonly (readonly Matcher[])[];
  readonly excludeAlerts?: boolean;
  /** Groups a page; 0: all. */
  readonly groupLimit?: number;
  readonly groupNextToken?: string;
}

/** An alert in the JSON of Prometheus's API; `missing` is ours and stands there only when it is true. */
export interface AlertJson {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly activeAt: string;
  readonly keepFiringSince?: string;
  readonly value: string;
  readonly missing?: true;
}

interface RuleJsonBase {
  readonly name: string;
  readonly query: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError?: string;
  /** Seconds. */
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export type RuleJson =
  | (RuleJsonBase & {
      readonly type: 'alerting';
      readonly state: string;
      /** Seconds, both. */
      readonly duration: number;
      readonly keepFiringFor: number;
      readonly annotations: Readonly<Record<string, string>>;
      /** null where alerts are left out. */
      readonly alerts: readonly AlertJson[] | null;
    })
  | (RuleJsonBase & { readonly type: 'recording' });

export interface RuleGroupJson {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly RuleJson[];
  readonly interval: number;
  readonly limit: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export interface RulesData {
  readonly groups: readonly RuleGroupJson[];
  readonly groupNextToken?: string;
}

/** The `data` of /api/v1/rules. Throws BAD_REQUEST for a type that there is none of, and for a token of groups that are gone. */
export function rulesData(groups: readonly GroupStatus[], query: RulesQuery = {}): RulesData {
  const type = (query.type ?? '').toLowerCase();
  if (!['', 'alert', 'record'].includes(type)) {
    throw new PetrelError('BAD_REQUEST', `invalid parameter "type": not supported value ${JSON.stringify(type)}`);
  }
  const { groupLimit = 0, groupNextToken = '' } = query;
  const first = groupLimit > 0 && groupNextToken !== '' ? startOfPage(groups, groupNextToken) : 0;
  const accepts = ruleFilter(type, query);
  const page: RuleGroupJson[] = [];
  for (const group of groups.slice(first)) {
    if (!isAsked(query.groups, group.name) || !isAsked(query.files, group.file)) continue;
    const rules = group.rules.filter(accepts);
    if (rules.length === 0) continue;
    if (groupLimit > 0 && page.length === groupLimit) return { groups: page, groupNextToken: tokenOf(group) };
    page.push(groupJson(group, rules, query.excludeAlerts === true));
  }
  return { groups: page };
}

/** The `data` of /api/v1/alerts: what is pending or fires. */
export function alertsData(groups: readonly GroupStatus[]): { readonly alerts: readonly AlertJson[] } {
  const alerts = groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.type === 'alerting' ? rule.alerts.map(alertJson) : [])),
  );
  return { alerts };
}

function isAsked(names: readonly string[] | undefined, name: string): boolean {
  return names === undefined || names.length === 0 || names.includes(name);
}

function ruleFilter(type: string, { match = [], ruleNames }: RulesQuery): (rule: RuleStatus) => boolean {
  const sets = match.map((matchers) => matchers.map((m) => ({ name: m.name, matches: compileMatcher(m) })));
  const kind = type === 'alert' ? 'alerting' : type === 'record' ? 'recording' : undefined;
  return (rule) =>
    (kind === undefined || rule.type === kind) &&
    isAsked(ruleNames, rule.name) &&
    (sets.length === 0 || sets.some((set) => set.every(({ name, matches }) => matches(rule.labels[name] ?? ''))));
}

function startOfPage(groups: readonly GroupStatus[], token: string): number {
  const index = groups.findIndex((group) => tokenOf(group) === token);
  if (index >= 0) return index;
  const message = `invalid group_next_token '${token}'. were rule groups changed?`;
  throw new PetrelError('BAD_REQUEST', `invalid parameter "group_next_token": ${message}`);
}

function tokenOf({ file, name }: GroupStatus): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}

function groupJson(group: GroupStatus, rules: readonly RuleStatus[], excludeAlerts: boolean): RuleGroupJson {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((rule) => ruleJson(rule, excludeAlerts)),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: group.evaluationTimeMs / 1000,
    lastEvaluation: formatTime(group.lastEvaluationMs),
  };
}

function ruleJson(rule: RuleStatus, excludeAlerts: boolean): RuleJson {
  const tail = {
    health: rule.health,
    ...(rule.lastError === '' ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationTimeMs / 1000,
    lastEvaluation: formatTime(rule.lastEvaluationMs),
  };
  const { name, query, labels } = rule;
  if (rule.type === 'recording') return { name, query, labels, ...tail, type: 'recording' };
  return {
    state: rule.state,
    name,
    query,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels,
    annotations: rule.annotations,
    alerts: excludeAlerts ? null : rule.alerts.map(alertJson),
    ...tail,
    type: 'alerting',
  };
}

function alertJson(alert: ActiveAlertStatus): AlertJson {
  const { keepFiringSinceMs } = alert;
  return {
    labels: alert.labels.toObject(),
    annotations: alert.annotations.toObject(),
    state: alert.state,
    activeAt: formatTime(alert.activeAtMs),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: formatTime(keepFiringSinceMs) }),
    value: formatExponent(alert.value),
    ...(alert.missing ? { missing: true } : {}),
  };
}
