import type { GroupRow, Labels } from '@petrel/model';
import type { Route } from '../route/route.ts';
import type { AlertEntry } from './alert-entry.ts';
import type { Outstanding } from './delivery-book.ts';

/** Alerts of one route with the same group labels, told of together. */
export interface Group {
  /** `{route id}:{labels}`: unique. */
  readonly id: string;
  /** `{route key}:{labels}`, as Alertmanager calls it; two routes with the same matchers share it. */
  readonly key: string;
  route: Route;
  readonly labels: Labels;
  readonly members: Map<string, AlertEntry>;
  nextFlushMs: number;
  /** The first look has been. */
  flushed: boolean;
  /** Its time came while attempts of the last look were under way: it is looked at as soon as they have ended. */
  overdue: boolean;
  /** Attempts of the last look that have not ended, by integration key. */
  readonly outstanding: Map<string, Outstanding>;
  /** An attempt of the last look was given up: ended alerts stay, because somebody has not heard of their end. */
  failed: boolean;
  /** Ended alerts of the last look, with the `updatedAtMs` that they had. */
  ended: readonly { readonly entry: AlertEntry; readonly updatedAtMs: number }[];
  /** Why members were held back at the last look, by fingerprint. */
  readonly suppressed: Map<string, string>;
}

export function groupId(routeId: string, labels: Labels): string {
  return `${routeId}:${labelSetText(labels)}`;
}

/** `{a="b", c="d"}`, as Alertmanager prints a label set. */
export function labelSetText(labels: Labels): string {
  const text = labels.toString();
  return text.startsWith('{')
    ? text
    : `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

export function groupRow(group: Group): GroupRow {
  return {
    key: group.id,
    routeKey: group.route.key,
    labels: group.labels,
    nextFlushMs: group.nextFlushMs,
    flushed: group.flushed,
    delivering: group.outstanding.size > 0,
  };
}
