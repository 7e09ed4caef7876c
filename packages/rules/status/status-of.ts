import { Labels } from '@petrel/model';
import type { AlertInstance, AlertState } from '../alerting/alert-instance.ts';
import type { TemplateQuery } from '../alerting/alert-text.ts';
import type { AlertRuleState } from '../alerting/rule-alerts.ts';
import type { Group } from '../evaluation/group.ts';
import type { LiveRule } from '../evaluation/live-rule.ts';
import type { ActiveAlertStatus, GroupStatus, RuleStatus } from './group-status.ts';

/** A group as it stands, for showing. */
export async function statusOf(group: Group): Promise<GroupStatus> {
  const { group: definition, setting, queryOffsetMs } = group.options;
  return {
    name: definition.name,
    file: definition.file,
    intervalMs: setting.intervalMs,
    queryOffsetMs,
    limit: definition.limit,
    evaluationTimeMs: group.evaluationTimeMs,
    ...(group.lastEvaluationMs === undefined ? {} : { lastEvaluationMs: group.lastEvaluationMs }),
    rules: await Promise.all(group.rules.map((rule) => ruleStatus(rule, group))),
  };
}

async function ruleStatus(live: LiveRule, group: Group): Promise<RuleStatus> {
  const { rule, alerting, lastEvaluationMs } = live;
  const base = {
    name: rule.name,
    language: rule.language,
    query: live.query,
    labels: rule.labels,
    health: live.health,
    lastError: live.lastError,
    evaluationTimeMs: live.evaluationTimeMs,
    ...(lastEvaluationMs === undefined ? {} : { lastEvaluationMs }),
  };
  if (rule.kind === 'recording' || alerting === undefined) return { type: 'recording', ...base };
  return {
    type: 'alerting',
    ...base,
    state: lastEvaluationMs === undefined ? 'unknown' : highestState(alerting),
    forMs: rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    annotations: rule.annotations,
    alerts: await activeAlerts(alerting, group.templateQuery(live)),
    restored: live.restored,
  };
}

const RANK: Readonly<Record<AlertState, number>> = { inactive: 0, pending: 1, firing: 2 };

function highestState({ alerts }: AlertRuleState): AlertState {
  let highest: AlertState = 'inactive';
  for (const { state } of alerts.values()) if (RANK[state] > RANK[highest]) highest = state;
  return highest;
}

/** Pending and firing alerts of a rule, sorted by labels. */
async function activeAlerts(state: AlertRuleState, query: TemplateQuery): Promise<readonly ActiveAlertStatus[]> {
  const active: ActiveAlertStatus[] = [];
  for (const alert of state.alerts.values()) {
    if (alert.state === 'inactive') continue;
    active.push(alertStatus(alert, alert.state, await state.annotations(alert, query)));
  }
  return active.sort((a, b) => Labels.compare(a.labels, b.labels));
}

function alertStatus(alert: AlertInstance, state: 'pending' | 'firing', annotations: Labels): ActiveAlertStatus {
  const { labels, sample, activeAtMs, keepFiringSinceMs, missing } = alert;
  return {
    labels,
    annotations,
    state,
    activeAtMs,
    value: sample.value,
    missing,
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSinceMs }),
  };
}
