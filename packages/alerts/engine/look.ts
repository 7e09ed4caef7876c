import { type Alert, Labels } from '@petrel/model';
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

/** By job, then instance, then all labels. Source: Alertmanager, types.AlertSlice. */
export function compareAlerts(a: Alert, b: Alert): number {
  for (const name of ['job', 'instance']) {
    const x = a.labels.get(name);
    const y = b.labels.get(name);
    if (x !== y) return x < y ? -1 : 1;
  }
  return Labels.compare(a.labels, b.labels);
}
