import type { Labels } from '@petrel/model';
import { groupLabelsOf, matchRoutes, type Route } from '../route/route.ts';
import type { AlertEntry } from './alert-entry.ts';
import { routed } from './decisions.ts';
import type { EngineState } from './engine-state.ts';
import { type Group, groupId, groupRow, labelSetText } from './group.ts';

/** An empty group keeps its pace for so long: what fires again meanwhile belongs to it. Alertmanager's maintenance interval. */
export const EMPTY_GROUP_MS = 30_000;

/** Groups of an earlier configuration or an earlier run. */
interface EarlierGroups {
  /** A group that is to be taken up again. */
  find(id: string): Group | undefined;
  /** Whether the ledger has the alert's way into this group already. */
  knows(id: string): boolean;
}

const NO_EARLIER: EarlierGroups = { find: () => undefined, knows: () => false };

/** Puts an alert into the groups of its routes. */
export function routeAlert(
  state: EngineState,
  entry: AlertEntry,
  nowMs: number,
  earlier: EarlierGroups = NO_EARLIER,
): void {
  const root = state.config.routing?.route;
  if (root === undefined) return;
  const { alert } = entry;
  const joined: Group[] = [];
  for (const route of matchRoutes(root, alert.labels)) {
    const labels = groupLabelsOf(route, alert.labels);
    const group =
      state.groupOf(route, labels) ?? takeUp(state, route, labels, earlier) ?? openGroup(state, route, labels, nowMs);
    if (!group.members.has(alert.fingerprint) && !earlier.knows(group.id)) joined.push(group);
    group.members.set(alert.fingerprint, entry);
    entry.groups.add(group);
    // An alert that is old already has waited long enough.
    const late = alert.startsAtMs + group.route.groupWaitMs < nowMs;
    if (!group.flushed && late && group.nextFlushMs > nowMs) schedule(state, group, nowMs);
  }
  if (joined.length > 0) state.record(routed(alert, joined, nowMs));
}

export function schedule(state: EngineState, group: Group, dueMs: number): void {
  group.nextFlushMs = dueMs;
  state.queue.add(dueMs, { kind: 'group', group });
  state.changes.putGroup(groupRow(group));
}

/** Takes an alert out of a group; an alert that is in none any more is forgotten. */
export function leaveGroup(state: EngineState, group: Group, entry: AlertEntry, nowMs: number): void {
  group.members.delete(entry.alert.fingerprint);
  group.suppressed.delete(entry.alert.fingerprint);
  entry.groups.delete(group);
  if (group.members.size === 0) state.queue.add(nowMs + EMPTY_GROUP_MS, { kind: 'emptyGroup', group });
  if (entry.groups.size === 0) forgetAlert(state, entry);
}

export function forgetAlert(state: EngineState, { alert }: AlertEntry): void {
  state.entries.delete(alert.fingerprint);
  state.inhibitor.delete(alert.fingerprint);
  state.changes.dropAlert(alert.fingerprint);
}

export function dropGroup(state: EngineState, group: Group): void {
  for (const outstanding of [...group.outstanding.values()]) state.giveUp(outstanding);
  state.removeGroup(group);
  state.changes.dropGroup(group.id);
}

function takeUp(state: EngineState, route: Route, labels: Labels, earlier: EarlierGroups): Group | undefined {
  const group = earlier.find(groupId(state.routeNames.get(route) as string, labels));
  if (group === undefined) return undefined;
  group.route = route;
  state.addGroup(group);
  return group;
}

function openGroup(state: EngineState, route: Route, labels: Labels, nowMs: number): Group {
  const group = newGroup({
    id: groupId(state.routeNames.get(route) as string, labels),
    key: `${route.key}:${labelSetText(labels)}`,
    route,
    labels,
    nextFlushMs: nowMs + route.groupWaitMs,
    flushed: false,
  });
  state.addGroup(group);
  schedule(state, group, group.nextFlushMs);
  return group;
}

function newGroup(given: Pick<Group, 'id' | 'key' | 'route' | 'labels' | 'nextFlushMs' | 'flushed'>): Group {
  return {
    ...given,
    members: new Map(),
    overdue: false,
    outstanding: new Map(),
    failed: false,
    ended: [],
    suppressed: new Map(),
  };
}
