import { alertNameOf, type Labels } from '@petrel/model';
import type { RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import type { Difference, RehearsedNotification } from './rehearsal-result.ts';
import type { TracedNotification } from './simulated-side.ts';

/** Notifications that differ by no more than this are the same one. */
const SAME_TIME_MS = 60_000;

/**
 * What the proposed configuration sends otherwise than the one in force. Notifications are paired, each at most once, in three passes:
 *
 * 1. the same: same receiver, group labels and alerts (firing and ended ones), at most a minute apart;
 * 2. moved in time: same receiver and alerts, more than a minute apart, telling of firing episodes that overlap;
 * 3. moved to another receiver: same alerts, episodes that overlap. Alerts count as the same here when they differ only in labels that rules of their name
 *    set (a changed `severity`).
 *
 * What is left was gained (proposed) or lost (current). All lists ascend by time; pairs by the time of `after`.
 */
export function compareSides(
  current: readonly TracedNotification[],
  proposed: readonly TracedNotification[],
  ruleLabels: ReadonlyMap<string, ReadonlySet<string>>,
): Difference {
  const same = pair(current, proposed, {
    keyOf: ({ notification, alertsKey }) => `${notification.receiver}\n${notification.groupLabels.key}\n${alertsKey}`,
    accepts: (a, b) => Math.abs(a.notification.tMs - b.notification.tMs) <= SAME_TIME_MS,
  });
  const later = pair(same.before, same.after, {
    keyOf: ({ notification, alertsKey }) => `${notification.receiver}\n${alertsKey}`,
    accepts: overlap,
  });
  const moved = pair(later.before, later.after, {
    keyOf: (one) => identityOf(one.notification, ruleLabels),
    accepts: overlap,
  });
  const pairs = [...later.pairs, ...moved.pairs].map(([before, after]) => ({
    before: before.notification,
    after: after.notification,
  }));
  return {
    gained: moved.after.map(({ notification }) => notification),
    lost: moved.before.map(({ notification }) => notification),
    moved: pairs.sort((a, b) => a.after.tMs - b.after.tMs),
  };
}

/** By alert name the labels that rules set, which a proposal may change without making it another alert to a person. */
export function labelsThatRulesSet(groups: readonly RuleGroup[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { rules } of groups) {
    for (const rule of rules) {
      if (rule.kind !== 'alerting') continue;
      const set = names.get(rule.name) ?? new Set<string>();
      names.set(rule.name, set);
      for (const name of Object.keys(rule.labels)) set.add(name);
    }
  }
  return names;
}

interface Pairing {
  readonly keyOf: (one: TracedNotification) => string;
  readonly accepts: (before: TracedNotification, after: TracedNotification) => boolean;
}

interface Paired {
  readonly pairs: readonly (readonly [TracedNotification, TracedNotification])[];
  /** What is left, ascending by time. */
  readonly before: readonly TracedNotification[];
  readonly after: readonly TracedNotification[];
}

/** Pairs what has the same key and accepts each other, the nearest in time first. */
function pair(
  before: readonly TracedNotification[],
  after: readonly TracedNotification[],
  { keyOf, accepts }: Pairing,
): Paired {
  const pairs: [TracedNotification, TracedNotification][] = [];
  const used = new Set<TracedNotification>();
  const isFree = (one: TracedNotification): boolean => !used.has(one);
  const candidates = byKey(before, keyOf);
  for (const [key, ones] of byKey(after, keyOf)) {
    for (;;) {
      const found = neighbours((candidates.get(key) ?? []).filter(isFree), ones.filter(isFree)).filter(([a, b]) =>
        accepts(a, b),
      );
      if (found.length === 0) break;
      for (const [a, b] of found.sort((x, y) => distance(...x) - distance(...y))) {
        if (!isFree(a) || !isFree(b)) continue;
        used.add(a);
        used.add(b);
        pairs.push([a, b]);
      }
    }
  }
  return { pairs, before: before.filter(isFree), after: after.filter(isFree) };
}

/** Each of `after` with those of `before` that are next to it in time, two on each side; both ascend. */
function neighbours(
  before: readonly TracedNotification[],
  after: readonly TracedNotification[],
): [TracedNotification, TracedNotification][] {
  let place = 0;
  return after.flatMap((one) => {
    while (place < before.length && isEarlier(before[place] as TracedNotification, one)) place++;
    return before
      .slice(Math.max(0, place - 2), place + 2)
      .map((other): [TracedNotification, TracedNotification] => [other, one]);
  });
}

function byKey(list: readonly TracedNotification[], keyOf: Pairing['keyOf']): Map<string, TracedNotification[]> {
  const map = new Map<string, TracedNotification[]>();
  for (const one of list) {
    const key = keyOf(one);
    const known = map.get(key);
    if (known === undefined) map.set(key, [one]);
    else known.push(one);
  }
  return map;
}

function isEarlier(other: TracedNotification, one: TracedNotification): boolean {
  return other.notification.tMs < one.notification.tMs;
}

function distance(a: TracedNotification, b: TracedNotification): number {
  return Math.abs(a.notification.tMs - b.notification.tMs);
}

/** Whether the times in which their alerts fired have anything in common. */
function overlap(a: TracedNotification, b: TracedNotification): boolean {
  const [x, y] = [spanOf(a), spanOf(b)];
  return x.startMs <= y.endMs && y.startMs <= x.endMs;
}

function spanOf({ episodes, notification: { tMs } }: TracedNotification): { startMs: number; endMs: number } {
  let startMs = tMs;
  let endMs = 0;
  for (const episode of episodes) {
    startMs = Math.min(startMs, episode.startMs);
    endMs = Math.max(endMs, episode.endMs);
  }
  return { startMs, endMs: Math.max(startMs, endMs) };
}

function identityOf(
  { firing, resolved }: RehearsedNotification,
  ruleLabels: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const keyOf = (labels: Labels): string => labels.without(ruleLabels.get(alertNameOf(labels)) ?? new Set()).key;
  return JSON.stringify([firing.map(keyOf).sort(), resolved.map(keyOf).sort()]);
}
