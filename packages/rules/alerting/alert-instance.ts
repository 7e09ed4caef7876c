import type { FloatHistogram, Labels } from '@petrel/model';

export type AlertState = 'inactive' | 'pending' | 'firing';

/** The sample that an alert stands for; `histogram` set means that `value` is 0. */
export interface AlertSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** A sample of the rule's expression and the labels of the alert that it makes. */
export interface LabelledSample {
  /** The alert's: with the rule's labels and `alertname`, without the metric's name. */
  readonly labels: Labels;
  readonly sample: AlertSample;
  /** Its series is gone, and its rule wants to be told (policy `alert`). */
  readonly missing?: boolean;
}

/** One alert of a rule. It is named by its labels; records are never changed. Times are ms since the epoch. */
export interface AlertInstance {
  readonly labels: Labels;
  /** Of the last evaluation that had it; annotations are made of it. */
  readonly sample: AlertSample;
  readonly seenAtMs: number;
  /** `inactive`: it fired and ended; kept for a while, so that its end is told of again. */
  readonly state: AlertState;
  /** When the expression began to hold. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  /** When the expression ceased to hold while the alert fires on. */
  readonly keepFiringSinceMs: number | undefined;
  readonly lastSentAtMs: number | undefined;
  /** It is what it is because its data is gone. */
  readonly missing: boolean;
}

/** The alerts of a rule by `labels.key`, active ones and those that ended lately. */
export type RuleAlerts = ReadonlyMap<string, AlertInstance>;

export const NO_ALERTS: RuleAlerts = new Map();
