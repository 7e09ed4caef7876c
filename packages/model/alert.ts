import type { Labels } from './labels.ts';

/** Who told of an alert: a rule of ours, a sender to the Alertmanager API, or the aggregation of other alerts. */
export type AlertSource = 'rule' | 'api' | 'aggregation';

/** An alert on its way to its receivers. It is named by its labels: two alerts with equal labels are one. Times are ms since the epoch. */
export interface Alert {
  /** `fingerprintOf(labels)`. */
  readonly fingerprint: string;
  /** At least one. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** The end; while it lies in the future the alert fires, and ends then unless it is told of again. */
  readonly endsAtMs: number;
  /** Nobody said when it ends: `endsAtMs` is a guess that any later word replaces. */
  readonly timeout: boolean;
  readonly updatedAtMs: number;
  /** Where the alert was made: the link to its graph; may be ''. */
  readonly generatorUrl: string;
  readonly source: AlertSource;
}

export function isResolvedAt(alert: Pick<Alert, 'endsAtMs'>, nowMs: number): boolean {
  return alert.endsAtMs <= nowMs;
}

/** The name of an alert, '' where it has none. */
export function alertNameOf(labels: Labels): string {
  return labels.get('alertname');
}
