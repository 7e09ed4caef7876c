import { compareStrings, type Labels, type Silence, silenceStateAt } from '@petrel/model';
import type { AlertView, GroupView } from './port.ts';

/** As Alertmanager orders label sets: the smaller first, then by the first name that only one has or on whose value they differ. */
export function compareLabelSets(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let i = 0; i < a.pairs.length; i += 2) {
    const [name, other] = [a.pairs[i] as string, b.pairs[i] as string];
    // The set that lacks the smaller name comes first.
    if (name !== other) return name < other ? 1 : -1;
    const order = compareStrings(a.pairs[i + 1] as string, b.pairs[i + 1] as string);
    if (order !== 0) return order;
  }
  return 0;
}

/** Within a group: by job, by instance (alerts without one last), then by all labels. */
export function compareAlerts({ alert: { labels: a } }: AlertView, { alert: { labels: b } }: AlertView): number {
  for (const name of ['job', 'instance']) {
    if (a.has(name) !== b.has(name)) return a.has(name) ? -1 : 1;
    const order = compareStrings(a.get(name), b.get(name));
    if (order !== 0) return order;
  }
  return compareLabelSets(a, b);
}

export function compareGroups(a: GroupView, b: GroupView): number {
  return compareLabelSets(a.labels, b.labels) || compareStrings(a.receiver, b.receiver);
}

const STATE_ORDER = { active: 1, pending: 2, expired: 3 } as const;

/** Active ones by their end, pending ones by their start, expired ones by their end, the last first. */
export function silenceOrder(nowMs: number): (a: Silence, b: Silence) => number {
  return (a, b) => {
    const state = silenceStateAt(a, nowMs);
    const order = STATE_ORDER[state] - STATE_ORDER[silenceStateAt(b, nowMs)];
    if (order !== 0) return order;
    if (state === 'pending') return a.startsAtMs - b.startsAtMs;
    return state === 'active' ? a.endsAtMs - b.endsAtMs : b.endsAtMs - a.endsAtMs;
  };
}
