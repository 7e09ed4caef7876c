import { Labels } from '@petrel/model';
import type { AlertInstance, AlertState, LabelledSample, RuleAlerts } from './alert-instance.ts';
import { NO_ALERTS } from './alert-instance.ts';

/** How long an alert that ended is kept, and told of again; Prometheus's figure: long enough for a restart of the receiver. */
export const RESOLVED_RETENTION_MS = 15 * 60_000;

/** The figures of a rule that its alerts depend on. */
export interface AlertTiming {
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** More active alerts are an error; 0 or less: no limit. */
  readonly limit: number;
}

export interface StepInput {
  readonly timing: AlertTiming;
  readonly alerts: RuleAlerts;
  /** What the expression yields now, in any order. */
  readonly samples: readonly LabelledSample[];
  readonly tMs: number;
  /** Asked of active alerts that are in `samples` no more: true keeps them as they are (policy `keep`). */
  readonly isDataGone?: (alert: AlertInstance) => boolean;
}

export type TransitionReason =
  | 'pending'
  | 'firing'
  /** It fired and does not any more. */
  | 'resolved'
  /** It was pending and is gone. */
  | 'inactive'
  /** Its series vanished with its data, so it stays. */
  | 'kept_missing_data'
  | 'data_returned'
  /** Too many alerts: the rule starts over. */
  | 'limit_exceeded';

/** A change of one alert. */
export interface Transition {
  /** After the change. */
  readonly alert: AlertInstance;
  readonly from: AlertState;
  readonly to: AlertState;
  readonly reason: TransitionReason;
  readonly cause?: 'missing_data';
}

export interface StepResult {
  readonly alerts: RuleAlerts;
  /** Sorted by the alerts' labels. */
  readonly transitions: readonly Transition[];
  /** The step failed although the expression did not: what the rule's last error becomes. */
  readonly error?: string;
}

const NO_TRANSITIONS: readonly Transition[] = [];

/**
 * One evaluation of an alerting rule: what its alerts become, given what its expression yields. Pure. Semantics: Prometheus,
 * rules.AlertingRule.Eval. Two samples with the same alert labels fail the step and change nothing; too many alerts fail it and clear all.
 */
export function stepAlerts(input: StepInput): StepResult {
  const { alerts, samples } = input;
  if (samples.length === 0 && alerts.size === 0) return { alerts, transitions: NO_TRANSITIONS };
  const step = new Step(input);
  for (const sample of samples)
    if (!step.take(sample)) return { alerts, transitions: NO_TRANSITIONS, error: DUPLICATE };
  for (const [key, alert] of alerts) if (!step.next.has(key)) step.vanished(key, alert);
  const { limit } = input.timing;
  if (limit > 0 && step.active > limit) {
    return cleared(alerts, `exceeded limit of ${limit} with ${step.active} alerts`);
  }
  const { transitions } = step;
  if (transitions.length > 1) transitions.sort((a, b) => Labels.compare(a.alert.labels, b.alert.labels));
  return { alerts: step.next.size === 0 ? NO_ALERTS : step.next, transitions };
}

const DUPLICATE = 'vector contains metrics with the same labelset after applying alert labels';

function cleared(alerts: RuleAlerts, error: string): StepResult {
  const transitions = [...alerts.values()]
    .filter(({ state }) => state !== 'inactive')
    .map((alert): Transition => ({ alert, from: alert.state, to: 'inactive', reason: 'limit_exceeded' }))
    .sort((a, b) => Labels.compare(a.alert.labels, b.alert.labels));
  return { alerts: NO_ALERTS, transitions, error };
}

class Step {
  readonly next = new Map<string, AlertInstance>();
  readonly transitions: Transition[] = [];
  active = 0;

  constructor(private readonly input: StepInput) {}

  /** False: an alert with these labels is there already. */
  take({ labels, sample, missing = false }: LabelledSample): boolean {
    const { key } = labels;
    if (this.next.has(key)) return false;
    const { tMs, alerts, timing } = this.input;
    const before = alerts.get(key);
    const known = before !== undefined && before.state !== 'inactive' ? before : undefined;
    const from = known?.state ?? 'inactive';
    const activeAtMs = known?.activeAtMs ?? tMs;
    const holds = tMs - activeAtMs >= timing.forMs;
    const to = holds ? 'firing' : 'pending';
    const fires = from === 'firing' && holds;
    const alert: AlertInstance = {
      labels: known?.labels ?? labels,
      sample,
      seenAtMs: tMs,
      state: to,
      activeAtMs,
      firedAtMs: fires ? known?.firedAtMs : holds ? tMs : undefined,
      resolvedAtMs: undefined,
      keepFiringSinceMs: undefined,
      // An alert that falls back to pending, because its rule now waits longer, is a new one to its receiver.
      lastSentAtMs: holds ? known?.lastSentAtMs : undefined,
      missing,
    };
    this.next.set(key, alert);
    this.active++;
    if (from !== to) this.changed(alert, from, to, missing);
    else if (known?.missing === true && !missing) {
      this.transitions.push({ alert, from, to: from, reason: 'data_returned' });
    }
    return true;
  }

  private changed(alert: AlertInstance, from: AlertState, to: 'pending' | 'firing', missing: boolean): void {
    this.transitions.push({ alert, from, to, reason: to, ...(missing ? { cause: 'missing_data' as const } : {}) });
  }

  /** An alert that the expression does not yield any more. */
  vanished(key: string, alert: AlertInstance): void {
    const { tMs, isDataGone } = this.input;
    if (alert.state === 'inactive') {
      // Kept until its end has surely been told of.
      if (tMs - (alert.resolvedAtMs as number) <= RESOLVED_RETENTION_MS) this.next.set(key, alert);
      return;
    }
    if (isDataGone?.(alert) === true) {
      this.keep(key, alert.missing ? alert : { ...alert, missing: true });
      if (alert.missing) return;
      const kept = this.next.get(key) as AlertInstance;
      const { state } = alert;
      this.transitions.push({
        alert: kept,
        from: state,
        to: state,
        reason: 'kept_missing_data',
        cause: 'missing_data',
      });
      return;
    }
    if (alert.state === 'pending') {
      const gone: AlertInstance = { ...alert, state: 'inactive', resolvedAtMs: tMs, missing: false };
      this.transitions.push({ alert: gone, from: 'pending', to: 'inactive', reason: 'inactive' });
      return;
    }
    this.firesOnOrEnds(key, alert);
  }

  private keep(key: string, alert: AlertInstance): void {
    this.next.set(key, alert);
    this.active++;
  }

  private firesOnOrEnds(key: string, alert: AlertInstance): void {
    const { tMs, timing } = this.input;
    const sinceMs = alert.keepFiringSinceMs ?? tMs;
    if (timing.keepFiringForMs > 0 && tMs - sinceMs < timing.keepFiringForMs) {
      const holds = tMs - alert.activeAtMs >= timing.forMs;
      if (holds) {
        this.keep(key, { ...alert, keepFiringSinceMs: sinceMs, missing: false });
        return;
      }
      const back: AlertInstance = {
        ...alert,
        state: 'pending',
        firedAtMs: undefined,
        lastSentAtMs: undefined,
        keepFiringSinceMs: undefined,
        missing: false,
      };
      this.keep(key, back);
      this.changed(back, 'firing', 'pending', false);
      return;
    }
    const ended: AlertInstance = { ...alert, state: 'inactive', resolvedAtMs: tMs, missing: false };
    this.next.set(key, ended);
    this.transitions.push({ alert: ended, from: 'firing', to: 'inactive', reason: 'resolved' });
  }
}
