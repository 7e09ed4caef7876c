import type { Alert, AlertingState, GroupRow, NotificationRow } from '@petrel/model';
import { type AlertEntry, newEntry } from './alert-entry.ts';
import * as decided from './decisions.ts';
import { integrationKeyOf } from './delivery-book.ts';
import { sentTo } from './doubt.ts';
import { type EngineState, loggedNotification, logKey } from './engine-state.ts';
import type { EngineConfig } from './event.ts';
import { flapDueMs } from './flapping.ts';
import type { Group } from './group.ts';
import { takeAlert, watchEnd } from './intake.ts';
import { dropGroup, routeAlert, schedule } from './routing.ts';

/** Takes up what an earlier engine remembered. Alerts that fired then fire still, until it is known better. */
export function restore(state: EngineState, rows: AlertingState, nowMs: number): void {
  for (const silence of rows.silences) state.silences.put(silence, nowMs);
  for (const row of rows.notifications) takeUpNotification(state, row, nowMs);
  const graceMs = state.config.routing?.global.resolveTimeoutMs ?? 300_000;
  const flaps = new Map(rows.flaps.map((row) => [row.fingerprint, row]));
  for (const alert of rows.alerts) {
    const entry = newEntry(withGrace(alert, nowMs + graceMs));
    entry.firing = entry.alert.endsAtMs > nowMs;
    const flap = flaps.get(alert.fingerprint);
    if (flap !== undefined && state.config.flapping !== undefined) {
      entry.flap = { changesMs: flap.changesMs, flapping: flap.flapping };
      const dueMs = flapDueMs(entry.flap, state.config.flapping);
      if (dueMs !== undefined) state.queue.add(dueMs, { kind: 'flap', entry });
    }
    state.entries.set(alert.fingerprint, entry);
    state.inhibitor.set(entry.alert);
    if (entry.firing) watchEnd(state, entry);
  }
  for (const { fingerprint } of rows.flaps) if (!state.entries.has(fingerprint)) state.changes.dropFlap(fingerprint);
  regroup(state, nowMs, new Map(rows.groups.map((row) => [row.key, row])));
  rebuildBuckets(state, nowMs);
  const counts = { alerts: rows.alerts.length, groups: state.groups.size, silences: rows.silences.length };
  state.record(decided.configured(nowMs, 'started', counts));
}

/** Another configuration: alerts are routed anew; groups that are still there keep their pace and what is under way. */
export function applyConfig(state: EngineState, config: EngineConfig, nowMs: number): void {
  const before = state.takeGroups();
  state.configure(config);
  for (const { alert } of state.entries.values()) state.inhibitor.set(alert);
  regroup(state, nowMs, new Map(), before);
  rebuildBuckets(state, nowMs);
  state.record(decided.configured(nowMs, 'reloaded', { alerts: state.entries.size, groups: state.groups.size }));
}

function takeUpNotification(state: EngineState, row: NotificationRow, nowMs: number): void {
  const integrationKey = sentTo(row);
  if (integrationKey === undefined) state.log.set(logKey(row.groupKey, row.integrationKey), loggedNotification(row));
  else if (row.expiresAtMs > nowMs) state.doubts.set(logKey(row.groupKey, integrationKey), new Set(row.firing));
  else state.changes.dropNotification(row.groupKey, row.integrationKey);
}

/** A firing alert was written down with an end that lies after the writing; who told of it gets time to tell again. */
function withGrace(alert: Alert, untilMs: number): Alert {
  const wasFiring = alert.endsAtMs > alert.updatedAtMs;
  return wasFiring && alert.endsAtMs < untilMs ? { ...alert, endsAtMs: untilMs } : alert;
}

function regroup(
  state: EngineState,
  nowMs: number,
  rows: ReadonlyMap<string, GroupRow>,
  before: ReadonlyMap<string, Group> = new Map(),
): void {
  for (const group of before.values()) group.members.clear();
  const earlier = { find: (id: string) => before.get(id), knows: (id: string) => rows.has(id) || before.has(id) };
  for (const entry of state.entries.values()) {
    entry.groups.clear();
    routeAlert(state, entry, nowMs, earlier);
  }
  for (const group of state.groups.values()) takeUpPace(state, group, rows.get(group.id), nowMs);
  for (const id of rows.keys()) if (!state.groups.has(id)) state.changes.dropGroup(id);
  for (const group of before.values()) {
    if (state.groups.get(group.id) === group) keepCurrent(state, group, nowMs);
    else dropGroup(state, group);
  }
}

function takeUpPace(state: EngineState, group: Group, row: GroupRow | undefined, nowMs: number): void {
  if (row === undefined) return;
  group.flushed = row.flushed;
  schedule(state, group, row.delivering ? nowMs : Math.max(nowMs, row.nextFlushMs));
}

/** Gives up what is under way to integrations that are gone, and holds the new interval. */
function keepCurrent(state: EngineState, group: Group, nowMs: number): void {
  const receiver = state.receivers.get(group.route.receiver);
  const keys = new Set(receiver?.integrations.map((one) => integrationKeyOf(receiver.name, one)));
  for (const outstanding of [...group.outstanding.values()])
    if (!keys.has(outstanding.integrationKey)) state.giveUp(outstanding);
  const latestMs = nowMs + (group.flushed ? group.route.groupIntervalMs : group.route.groupWaitMs);
  if (group.nextFlushMs > latestMs) schedule(state, group, latestMs);
}

/** Which alerts belong to which aggregated alert follows from the alerts. */
function rebuildBuckets(state: EngineState, nowMs: number): void {
  const firing = [...state.entries.values()].filter(({ firing: is }) => is);
  const standing = firing.filter(({ alert }) => alert.source === 'aggregation');
  const supported = new Set<string>();
  firing.sort((a, b) => a.alert.startsAtMs - b.alert.startsAtMs);
  for (const entry of firing) {
    entry.aggregatedBy = undefined;
    for (const bucket of state.aggregator.began(entry.alert, entry.alert.startsAtMs)) {
      const found =
        bucket.active ?? standing.find((one) => standsFor(one, bucket.rule.name, bucket))?.alert.fingerprint;
      if (found === undefined) continue;
      bucket.active = found;
      entry.aggregatedBy = found;
      supported.add(found);
    }
  }
  for (const { alert } of standing)
    if (!supported.has(alert.fingerprint)) takeAlert(state, { ...alert, endsAtMs: nowMs, updatedAtMs: nowMs }, nowMs);
}

function standsFor({ alert }: AlertEntry, rule: string, { labels }: { labels: Alert['labels'] }): boolean {
  return (
    alert.labels.get('aggregation') === rule && [...labels].every(([name, value]) => alert.labels.get(name) === value)
  );
}
