import { Labels } from '@petrel/model';
import type { AlertInstance, RuleAlerts } from './alert-instance.ts';

/** An alert that goes on is told of again after this; Prometheus's default of -rules.alert.resend-delay. */
export const RESEND_DELAY_MS = 60_000;

export interface SendTiming {
  readonly tMs: number;
  readonly intervalMs: number;
  readonly resendDelayMs: number;
}

/** Semantics: Prometheus, Alert.needsSending. */
function needsSending(alert: AlertInstance, { tMs, resendDelayMs }: SendTiming): boolean {
  if (alert.state === 'pending') return false;
  const { lastSentAtMs, resolvedAtMs } = alert;
  if (lastSentAtMs === undefined || (resolvedAtMs !== undefined && resolvedAtMs > lastSentAtMs)) return true;
  return lastSentAtMs + resendDelayMs < tMs;
}

/** Until when the word of an active alert holds: two evaluations or deliveries may fail. */
export function validUntilMs({ tMs, intervalMs, resendDelayMs }: SendTiming): number {
  return tMs + 4 * Math.max(intervalMs, resendDelayMs);
}

/** The alerts that are due, sorted by labels, and all alerts with these marked as sent. */
export function takeDue(
  alerts: RuleAlerts,
  timing: SendTiming,
): { readonly due: readonly AlertInstance[]; readonly alerts: RuleAlerts } {
  let marked: Map<string, AlertInstance> | undefined;
  const due: AlertInstance[] = [];
  for (const [key, alert] of alerts) {
    if (!needsSending(alert, timing)) continue;
    const sent = { ...alert, lastSentAtMs: timing.tMs };
    marked ??= new Map(alerts);
    marked.set(key, sent);
    due.push(sent);
  }
  if (due.length > 1) due.sort((a, b) => Labels.compare(a.labels, b.labels));
  return { due, alerts: marked ?? alerts };
}
