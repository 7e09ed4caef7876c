import { formatDuration } from '@petrel/config/schema/units.ts';
import type { Json, LedgerEntry } from '@petrel/model';
import { formatShortest } from '@petrel/query/promql/histogram/index.ts';
import type { AlertingRule } from '../rule-file/rule-group.ts';
import { alertFingerprint } from './alert-fingerprint.ts';
import type { Transition } from './step.ts';

/** Where a rule stands. */
export interface RuleOrigin {
  readonly rule: AlertingRule;
  /** The expression in its canonical form. */
  readonly expr: string;
  readonly group: string;
  readonly file: string;
}

/** What is written down of a change of an alert. */
export function decisionOf({ alert, from, reason, cause }: Transition, origin: RuleOrigin, tMs: number): LedgerEntry {
  const { rule, expr, group, file } = origin;
  const detail: Record<string, Json> = {
    value: jsonNumber(alert.sample.value),
    from,
    activeAt: new Date(alert.activeAtMs).toISOString(),
    rule: rule.name,
    group,
    file,
    for: formatDuration(rule.forMs),
    expr,
    ...(cause === undefined ? {} : { cause }),
  };
  return {
    tMs,
    kind: 'evaluation',
    fingerprints: [alertFingerprint(alert.labels)],
    alertname: rule.name,
    labels: alert.labels,
    groupKey: '',
    receiver: '',
    integration: '',
    reason,
    detail,
  };
}

/** JSON has no words for what is not finite. */
function jsonNumber(value: number): Json {
  return Number.isFinite(value) ? value : formatShortest(value);
}
