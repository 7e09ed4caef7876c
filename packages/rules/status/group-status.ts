import type { Labels } from '@petrel/model';
import type { AlertState } from '../alerting/alert-instance.ts';
import type { RuleLanguage } from '../rule-file/rule-expr.ts';

export type RuleHealth = 'unknown' | 'ok' | 'err';

/** An alert that is pending or fires. */
export interface ActiveAlertStatus {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAtMs: number;
  /** The expression does not hold any more, the alert fires on (`keep_firing_for`). */
  readonly keepFiringSinceMs?: number;
  readonly value: number;
  /** It is what it is because its data is gone. */
  readonly missing: boolean;
}

interface RuleStatusBase {
  readonly name: string;
  readonly language: RuleLanguage;
  /** Canonical. */
  readonly query: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: RuleHealth;
  /** '' when there is none. */
  readonly lastError: string;
  /** How long the last evaluation took. */
  readonly evaluationTimeMs: number;
  /** When it began, by the clock; absent before the first. */
  readonly lastEvaluationMs?: number;
}

export interface RecordingRuleStatus extends RuleStatusBase {
  readonly type: 'recording';
}

export interface AlertingRuleStatus extends RuleStatusBase {
  readonly type: 'alerting';
  /** The highest of its alerts. */
  readonly state: AlertState | 'unknown';
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Sorted by labels. */
  readonly alerts: readonly ActiveAlertStatus[];
  /** What was known before a restart has been taken over, or there was nothing to take over. */
  readonly restored: boolean;
}

export type RuleStatus = RecordingRuleStatus | AlertingRuleStatus;

/** A group as it stands. */
export interface GroupStatus {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  readonly limit: number;
  readonly evaluationTimeMs: number;
  /** When the last evaluation began, by the clock; absent before the first. */
  readonly lastEvaluationMs?: number;
  readonly rules: readonly RuleStatus[];
}
