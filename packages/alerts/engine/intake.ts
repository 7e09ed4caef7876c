import { type Alert, isResolvedAt, type Labels } from '@petrel/model';
import { aggregatedAlert, aggregatedAnnotations, type Bucket } from './aggregation.ts';
import { type AlertEntry, newEntry } from './alert-entry.ts';
import * as decided from './decisions.ts';
import type { EngineState } from './engine-state.ts';
import { flapDueMs, flapRow, flapStep } from './flapping.ts';
import { mergeAlerts } from './merge-alerts.ts';
import { forgetAlert, routeAlert } from './routing.ts';

/** Takes one word of an alert. The end of an alert that is not known changes nothing: nobody was told of it. */
export function takeAlert(state: EngineState, told: Alert, nowMs: number): void {
  const known = state.entries.get(told.fingerprint);
  if (known === undefined && isResolvedAt(told, nowMs)) return;
  const entry = known ?? newEntry(told);
  const before = entry.alert;
  entry.alert = known === undefined ? told : mergeAlerts(before, told, nowMs);
  if (known === undefined) state.entries.set(told.fingerprint, entry);
  state.inhibitor.set(entry.alert);
  const firing = !isResolvedAt(entry.alert, nowMs);
  if (firing) watchEnd(state, entry);
  if (known === undefined || firing !== entry.firing || saysMore(before, entry.alert))
    state.changes.putAlert(entry.alert);
  if (firing && !entry.firing) begin(state, entry, known !== undefined, nowMs);
  else if (!firing && entry.firing) end(state, entry, true, nowMs);
}

/** The time that an alert was good for may be over. */
export function lookForEnd(state: EngineState, entry: AlertEntry, nowMs: number): void {
  if (state.entries.get(entry.alert.fingerprint) !== entry) return;
  // An alert that has ended meanwhile, and fires again, is to be watched anew.
  entry.endDueMs = 0;
  if (!entry.firing) return;
  if (!isResolvedAt(entry.alert, nowMs)) {
    watchEnd(state, entry);
    return;
  }
  entry.alert = { ...entry.alert, updatedAtMs: nowMs };
  state.changes.putAlert(entry.alert);
  end(state, entry, false, nowMs);
}

/** An alert may have calmed. */
export function lookForCalm(state: EngineState, entry: AlertEntry, nowMs: number): void {
  if (state.entries.get(entry.alert.fingerprint) === entry) stepFlap(state, entry, nowMs, false);
}

/** Sees to it that the alert is looked at when its time is over; an earlier look is enough, it will look again. */
export function watchEnd(state: EngineState, entry: AlertEntry): void {
  const { endsAtMs } = entry.alert;
  if (entry.endDueMs !== 0 && entry.endDueMs <= endsAtMs) return;
  entry.endDueMs = endsAtMs;
  state.queue.add(endsAtMs, { kind: 'end', entry });
}

function begin(state: EngineState, entry: AlertEntry, again: boolean, nowMs: number): void {
  entry.firing = true;
  state.record(decided.received(entry.alert, nowMs, again));
  stepFlap(state, entry, nowMs, again);
  routeAlert(state, entry, nowMs);
  for (const bucket of state.aggregator.began(entry.alert, nowMs)) joinBucket(state, bucket, entry, nowMs);
}

function end(state: EngineState, entry: AlertEntry, told: boolean, nowMs: number): void {
  entry.firing = false;
  state.record(decided.resolved(entry.alert, nowMs, told));
  stepFlap(state, entry, nowMs, true);
  entry.aggregatedBy = undefined;
  for (const bucket of state.aggregator.ended(entry.alert.fingerprint)) leaveBucket(state, bucket, nowMs);
  if (entry.groups.size === 0) forgetAlert(state, entry);
}

function stepFlap(state: EngineState, entry: AlertEntry, nowMs: number, changed: boolean): void {
  const config = state.config.flapping;
  if (config === undefined) return;
  const before = entry.flap;
  if (before.changesMs.length === 0 && !changed) return;
  entry.flap = flapStep(before, config, nowMs, changed);
  const { fingerprint } = entry.alert;
  if (entry.flap.changesMs.length === 0) state.changes.dropFlap(fingerprint);
  else state.changes.putFlap(flapRow(fingerprint, entry.flap));
  if (entry.flap.flapping !== before.flapping) state.record(decided.flapping(entry, nowMs));
  const dueMs = flapDueMs(entry.flap, config);
  if (dueMs !== undefined) state.queue.add(dueMs, { kind: 'flap', entry });
}

function joinBucket(state: EngineState, bucket: Bucket, entry: AlertEntry, nowMs: number): void {
  const standing = bucket.active === undefined ? undefined : state.entries.get(bucket.active);
  if (standing !== undefined) {
    entry.aggregatedBy = bucket.active;
    const alert = { ...standing.alert, annotations: annotationsOf(state, bucket), updatedAtMs: nowMs };
    takeAlert(state, alert, nowMs);
    state.record(decided.aggregated(entry.alert, alert, nowMs, 'joined'));
    return;
  }
  if (bucket.members.size < bucket.rule.threshold) return;
  const alert = aggregatedAlert(bucket, state.config.language, nowMs);
  bucket.active = alert.fingerprint;
  for (const { alert: member } of bucket.members.values()) {
    const memberEntry = state.entries.get(member.fingerprint);
    if (memberEntry !== undefined) memberEntry.aggregatedBy = alert.fingerprint;
    state.record(decided.aggregated(member, alert, nowMs, 'began'));
  }
  takeAlert(state, alert, nowMs);
}

function leaveBucket(state: EngineState, bucket: Bucket, nowMs: number): void {
  const standing = bucket.active === undefined ? undefined : state.entries.get(bucket.active);
  if (standing === undefined) return;
  if (bucket.members.size > 0) return;
  bucket.active = undefined;
  takeAlert(state, { ...standing.alert, endsAtMs: nowMs, updatedAtMs: nowMs }, nowMs);
}

function annotationsOf(state: EngineState, bucket: Bucket): Labels {
  return aggregatedAnnotations(bucket, state.config.language);
}

/** Whether there is more to remember than that the alert goes on. */
function saysMore(before: Alert, after: Alert): boolean {
  return (
    before.startsAtMs !== after.startsAtMs ||
    before.generatorUrl !== after.generatorUrl ||
    before.source !== after.source ||
    !before.annotations.equals(after.annotations)
  );
}
