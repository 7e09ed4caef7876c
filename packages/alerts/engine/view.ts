import { type Alert, Labels } from '@petrel/model';
import { type AlertEntry, countsAsFiring } from './alert-entry.ts';
import type { EngineState } from './engine-state.ts';
import { compareAlerts } from './look.ts';
import { mutingIntervals } from './suppression.ts';

/** An alert as the API shows it. */
export interface AlertView {
  readonly alert: Alert;
  /** Of its routes, in their order. */
  readonly receivers: readonly string[];
  /** Suppressed: something holds it back now. */
  readonly state: 'active' | 'suppressed';
  readonly silencedBy: readonly string[];
  /** Fingerprints. */
  readonly inhibitedBy: readonly string[];
  /** Names of time intervals. */
  readonly mutedBy: readonly string[];
  readonly aggregatedBy?: string;
  readonly flapping: boolean;
}

export interface GroupView {
  readonly labels: Labels;
  readonly receiver: string;
  readonly routeId: string;
  readonly groupKey: string;
  /** The route's own; values may be templates. */
  readonly routeLabels: Labels;
  readonly nextFlushMs: number;
  readonly alerts: readonly AlertView[];
}

/** Those that fire, by fingerprint. */
export function viewAlerts(state: EngineState, nowMs: number): readonly AlertView[] {
  return [...state.entries.values()]
    .filter((entry) => countsAsFiring(entry, nowMs))
    .sort((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1))
    .map((entry) => viewAlert(state, entry, nowMs));
}

/** Groups with an alert that fires; by receiver, then labels. */
export function viewGroups(state: EngineState, nowMs: number): readonly GroupView[] {
  const views: GroupView[] = [];
  for (const { labels, route, key, nextFlushMs, members } of state.groups.values()) {
    const firing = [...members.values()].filter((entry) => countsAsFiring(entry, nowMs));
    if (firing.length === 0) continue;
    const alerts = firing
      .map((entry) => viewAlert(state, entry, nowMs))
      .sort((a, b) => compareAlerts(a.alert, b.alert));
    views.push({
      labels,
      receiver: route.receiver,
      routeId: route.id,
      groupKey: key,
      routeLabels: Labels.of(route.labels ?? {}),
      nextFlushMs,
      alerts,
    });
  }
  return views.sort((a, b) => Labels.compare(a.labels, b.labels) || (a.receiver < b.receiver ? -1 : 1));
}

function viewAlert(state: EngineState, entry: AlertEntry, nowMs: number): AlertView {
  const { alert, groups, aggregatedBy, flap } = entry;
  const inhibitor = state.inhibitor.inhibitedBy(alert.labels, nowMs);
  const silencedBy = state.silences.silencedBy(alert.labels, nowMs, entry.silences);
  const inhibitedBy = inhibitor === undefined ? [] : [inhibitor.sourceFingerprint];
  const muted = new Set<string>();
  for (const { route } of groups) {
    for (const name of mutingIntervals(route, state.intervals, nowMs)) muted.add(name);
    const active = route.activeTimeIntervals;
    if (active.length > 0 && !active.some((name) => state.intervals.get(name)?.contains(nowMs) === true))
      for (const name of active) muted.add(name);
  }
  const held = silencedBy.length > 0 || inhibitedBy.length > 0 || muted.size > 0 || aggregatedBy !== undefined;
  return {
    alert,
    receivers: [...new Set([...groups].map(({ route }) => route.receiver))],
    state: held ? 'suppressed' : 'active',
    silencedBy,
    inhibitedBy,
    mutedBy: [...muted].sort(),
    ...(aggregatedBy === undefined ? {} : { aggregatedBy }),
    flapping: flap.flapping,
  };
}
