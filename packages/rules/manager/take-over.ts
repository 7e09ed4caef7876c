import { Labels } from '@petrel/model';
import type { Group } from '../evaluation/group.ts';
import type { LiveRule } from '../evaluation/live-rule.ts';

/**
 * Gives a group what its predecessor of the same file and name knows: alerts and series of the rules with the same name and labels, the first with
 * the first, the second with the second. The series of rules that are gone are left to be ended. Semantics: Prometheus, Group.CopyState.
 */
export function takeOver(group: Group, from: Group): void {
  group.evaluationTimeMs = from.evaluationTimeMs;
  group.lastEvaluationMs = from.lastEvaluationMs;
  const rest = new Map<string, LiveRule[]>();
  for (const rule of from.rules) {
    const list = rest.get(identity(rule));
    if (list === undefined) rest.set(identity(rule), [rule]);
    else list.push(rule);
  }
  for (const rule of group.rules) {
    const old = rest.get(identity(rule))?.shift();
    if (old === undefined) continue;
    rule.previous = old.previous;
    if (old.alerting === undefined) continue;
    rule.alerting?.takeOver(old.alerting);
  }
  const gone = [...rest.values()].flat().flatMap((rule) => [...rule.previous.values()]);
  group.staleSeries = [...from.staleSeries, ...gone];
}

function identity({ rule }: LiveRule): string {
  return `${rule.kind} ${rule.name} ${Labels.of(rule.labels).key}`;
}
