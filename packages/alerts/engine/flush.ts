import type { NotificationRow } from '@petrel/model';
import type { Receiver, ReceiverIntegration } from '../config/config.ts';
import type { DeliveryOutcome } from '../notify/notifier.ts';
import * as decided from './decisions.ts';
import { integrationKeyOf, type Outstanding } from './delivery-book.ts';
import { reasonOfDoubt, sendingKeyOf } from './doubt.ts';
import { type EngineState, loggedNotification, logKey } from './engine-state.ts';
import type { Group } from './group.ts';
import { groupRow } from './group.ts';
import { type Look, lookAt, toldAlerts } from './look.ts';
import { needsNotification } from './needs-notification.ts';
import { dropGroup, leaveGroup, schedule } from './routing.ts';

/** A receiver gets at least so long, however short the group's interval is. Alertmanager's minimum. */
const MIN_PATIENCE_MS = 10_000;

/**
 * The group's time has come: looks at its alerts, and tells those integrations that need to know. While an integration still has time for the
 * last look (its patience may be longer than the group's interval), the group waits for it, as Alertmanager's do.
 */
export function flushGroup(state: EngineState, group: Group, nowMs: number): void {
  const deadlinesMs = [...group.outstanding.values()].map(({ deadlineMs }) => deadlineMs);
  if (deadlinesMs.some((deadlineMs) => deadlineMs > nowMs)) {
    schedule(state, group, Math.max(...deadlinesMs));
    group.overdue = true;
    return;
  }
  for (const outstanding of [...group.outstanding.values()]) {
    state.record(
      decided.attempted(outstanding, nowMs, { ok: false, answer: outstanding.lastError, gaveUp: 'out_of_time' }),
    );
    state.giveUp(outstanding);
  }
  if (group.members.size === 0) {
    dropGroup(state, group);
    return;
  }
  const look = lookAt(group, state, nowMs);
  noteSuppression(state, group, look, nowMs);
  group.flushed = true;
  group.overdue = false;
  group.failed = false;
  group.ended = look.ended.map((entry) => ({ entry, updatedAtMs: entry.alert.updatedAtMs }));
  const receiver = state.receivers.get(group.route.receiver);
  if (look.firing.length + look.resolved.length > 0 && receiver !== undefined) {
    const firing = look.firing.map(({ alert }) => alert.fingerprint);
    const resolved = look.resolved.map(({ alert }) => alert.fingerprint);
    for (const integration of receiver.integrations)
      tell(state, { group, receiver, integration, look, firing, resolved, nowMs });
  }
  schedule(state, group, nowMs + group.route.groupIntervalMs);
  if (group.outstanding.size === 0) settle(state, group, nowMs);
}

/** An attempt has ended. */
export function takeOutcome(state: EngineState, deliveryId: string, outcome: DeliveryOutcome, nowMs: number): void {
  const outstanding = state.deliveries.end(deliveryId);
  if (outstanding === undefined) return;
  const { group } = outstanding;
  if (outcome.ok) {
    state.record(decided.attempted(outstanding, nowMs, { ok: true, answer: outcome.detail }));
    // An hour is counted from the look, so that the look an hour later repeats; not so what got there only after retries.
    remember(state, outstanding, outstanding.attempt === 1 ? outstanding.notification.tMs : nowMs);
  } else {
    outstanding.lastError = outcome.error;
    const retryAtMs = outcome.retryable ? state.deliveries.retryMs(outstanding, nowMs) : undefined;
    const gaveUp = outcome.retryable && retryAtMs === undefined ? { gaveUp: 'out_of_time' } : {};
    const retry = retryAtMs === undefined ? gaveUp : { retryAtMs };
    state.record(decided.attempted(outstanding, nowMs, { ok: false, answer: outcome.error, ...retry }));
    if (retryAtMs !== undefined) {
      outstanding.retryAtMs = retryAtMs;
      state.queue.add(retryAtMs, { kind: 'retry', outstanding });
      return;
    }
    group.failed = true;
    // A refusal leaves no doubt; what took too long may have got there.
    if (!outcome.retryable && !state.doubts.has(logKey(group.key, outstanding.integrationKey)))
      state.changes.dropNotification(group.key, sendingKeyOf(outstanding.integrationKey));
  }
  group.outstanding.delete(outstanding.integrationKey);
  if (group.outstanding.size > 0) return;
  settle(state, group, nowMs);
  if (state.groups.get(group.id) !== group) return;
  if (group.overdue) schedule(state, group, nowMs);
  else state.changes.putGroup(groupRow(group));
}

export function retry(state: EngineState, outstanding: Outstanding, nowMs: number): void {
  const isCurrent = outstanding.group.outstanding.get(outstanding.integrationKey) === outstanding;
  if (isCurrent && outstanding.deliveryId === undefined) state.begin(outstanding, nowMs);
}

interface Telling {
  readonly group: Group;
  readonly receiver: Receiver;
  readonly integration: ReceiverIntegration;
  readonly look: Look;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly nowMs: number;
}

function tell(state: EngineState, telling: Telling): void {
  const { group, receiver, integration, look, firing, resolved, nowMs } = telling;
  const integrationKey = integrationKeyOf(receiver.name, integration);
  const last = state.log.get(logKey(group.key, integrationKey));
  const doubt = state.doubts.get(logKey(group.key, integrationKey));
  const { sendResolved } = integration.config;
  const { repeatIntervalMs, groupIntervalMs } = group.route;
  const reason =
    needsNotification(last, { firing, resolved, tMs: nowMs }, { sendResolved, repeatIntervalMs }) ??
    reasonOfDoubt(doubt, { firing, resolved }, sendResolved);
  if (reason === undefined) return;
  const alerts = toldAlerts(look, sendResolved);
  const outstanding: Outstanding = {
    group,
    integrationKey,
    integration,
    notification: {
      groupKey: group.key,
      receiver: receiver.name,
      groupLabels: group.labels,
      routeLabels: group.route.labels ?? {},
      alerts,
      tMs: nowMs,
      reason,
    },
    firing,
    resolved,
    repeatIntervalMs,
    deadlineMs: nowMs + Math.max(groupIntervalMs, MIN_PATIENCE_MS),
    attempt: 0,
    deliveryId: undefined,
    retryAtMs: 0,
    lastError: '',
  };
  // Only ends, and they are not wanted: it is enough to know that nothing fires any more.
  if (alerts.length === 0) {
    remember(state, outstanding, nowMs);
    return;
  }
  group.outstanding.set(integrationKey, outstanding);
  const perhaps = doubt === undefined ? firing : [...new Set([...firing, ...doubt])];
  state.changes.putNotification({
    ...logRow(outstanding, nowMs),
    integrationKey: sendingKeyOf(integrationKey),
    firing: perhaps,
  });
  state.begin(outstanding, nowMs);
}

function remember(state: EngineState, outstanding: Outstanding, tMs: number): void {
  const row = logRow(outstanding, tMs);
  const key = logKey(row.groupKey, row.integrationKey);
  state.log.set(key, loggedNotification(row));
  state.doubts.delete(key);
  state.changes.putNotification(row);
  state.changes.dropNotification(row.groupKey, sendingKeyOf(row.integrationKey));
}

function logRow(outstanding: Outstanding, tMs: number): NotificationRow {
  const { group, integrationKey, firing, resolved, repeatIntervalMs } = outstanding;
  return { groupKey: group.key, integrationKey, firing, resolved, tMs, expiresAtMs: tMs + 2 * repeatIntervalMs };
}

/** Everybody has been told: alerts that have ended, and of which nothing was heard since, leave the group. */
function settle(state: EngineState, group: Group, nowMs: number): void {
  if (!group.failed) {
    for (const { entry, updatedAtMs } of group.ended) {
      if (entry.alert.updatedAtMs === updatedAtMs && !entry.firing) leaveGroup(state, group, entry, nowMs);
    }
  }
  group.ended = [];
}

function noteSuppression(state: EngineState, group: Group, { held }: Look, nowMs: number): void {
  const now = new Map<string, string>();
  for (const { entry, suppression } of held) {
    const { fingerprint } = entry.alert;
    const key = `${suppression.reason}:${suppression.by.join()}`;
    now.set(fingerprint, key);
    if (group.suppressed.get(fingerprint) === key) continue;
    group.suppressed.set(fingerprint, key);
    state.record(decided.suppressed(group, entry, suppression, nowMs));
  }
  for (const [fingerprint, before] of group.suppressed) {
    if (now.has(fingerprint)) continue;
    group.suppressed.delete(fingerprint);
    const entry = group.members.get(fingerprint);
    if (entry !== undefined) state.record(decided.unsuppressed(group, entry, before, nowMs));
  }
}
