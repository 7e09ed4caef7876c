import { type Alert, compareStrings, Labels } from '@petrel/model';
import type { NotifiedAlert } from '../notify/notifier.ts';
import { type AlertEntry, countsAsFiring } from './alert-entry.ts';
import type { Group } from './group.ts';
import { type Suppression, type SuppressionContext, suppressionsOf } from './suppression.ts';

/** A group as it is at one time: what its receiver may be told, and what is held back. */
export interface Look {
  /** Members that are not held back, by what receivers see them as. */
  readonly firing: readonly AlertEntry[];
  readonly resolved: readonly AlertEntry[];
  readonly held: readonly { readonly entry: AlertEntry; readonly suppression: Suppression }[];
  /** Members that have ended, held back or not. */
  readonly ended: readonly AlertEntry[];
}

export function lookAt(group: Group, context: SuppressionContext, nowMs: number): Look {
  const suppressionOf = suppressionsOf(group.route, context, nowMs);
  const firing: AlertEntry[] = [];
  const resolved: AlertEntry[] = [];
  const held: { entry: AlertEntry; suppression: Suppression }[] = [];
  const ended: AlertEntry[] = [];
  for (const entry of group.members.values()) {
    const isFiring = countsAsFiring(entry, nowMs);
    if (!isFiring) ended.push(entry);
    const suppression = suppressionOf(entry);
    if (suppression !== undefined) held.push({ entry, suppression });
    else (isFiring ? firing : resolved).push(entry);
  }
  return { firing, resolved, held, ended };
}

/** The alerts as they are told, sorted. */
export function toldAlerts({ firing, resolved }: Look, withResolved: boolean): readonly NotifiedAlert[] {
  const told: NotifiedAlert[] = firing.map((entry) => ({ ...shown(entry), status: 'firing' }));
  if (withResolved) for (const entry of resolved) told.push({ ...shown(entry), status: 'resolved' });
  return told.sort(compareAlerts);
}

/** Who reads of an alert that is held as firing should know why. */
function shown({ alert, flap }: AlertEntry): Alert {
  if (!flap.flapping) return alert;
  const annotations = Labels.from([...alert.annotations, ['flapping', `${flap.changesMs.length} changes`]]);
  return { ...alert, annotations };
}

/** By job, then instance, alerts without one last, then all labels: the smaller set first. Source: Alertmanager, types.AlertSlice. */
export function compareAlerts({ labels: a }: Alert, { labels: b }: Alert): number {
  for (const name of ['job', 'instance']) {
    if (a.has(name) !== b.has(name)) return a.has(name) ? -1 : 1;
    const order = compareStrings(a.get(name), b.get(name));
    if (order !== 0) return order;
  }
  return compareLabelSets(a, b);
}

/** The smaller set first, then by the first name that only one has (who lacks it first) or on whose value they differ. */
function compareLabelSets(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let i = 0; i < a.pairs.length; i += 2) {
    const order = compareStrings(b.pairs[i] as string, a.pairs[i] as string);
    if (order !== 0) return order;
    const values = compareStrings(a.pairs[i + 1] as string, b.pairs[i + 1] as string);
    if (values !== 0) return values;
  }
  return 0;
}
