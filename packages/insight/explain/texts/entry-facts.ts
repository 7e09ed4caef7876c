import { type Json, Labels, type LedgerEntry } from '@petrel/model';
import type { HeldBy } from './sentences.ts';

/** `2026-03-02 03:00:12 UTC` */
export function timeText(tMs: number): string {
  return `${new Date(tMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `HighErrorRate{instance="a"}`: the alert's name before its other labels. */
export function alertText(labels: Labels): string {
  const name = labels.get('alertname');
  const rest = labels.without(new Set(['alertname']));
  if (name === '') return labels.toString();
  return rest.size === 0 ? name : `${name}${rest.with('__name__', '').toString()}`;
}

export function labelsOfJson(json: Json | undefined): Labels | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  return Labels.from(Object.entries(json).map(([name, value]) => [name, String(value)] as const));
}

export function stringsOf(json: Json | undefined): readonly string[] {
  return Array.isArray(json) ? json.map(String) : [];
}

export function numberOf(json: Json | undefined): number | undefined {
  return typeof json === 'number' ? json : undefined;
}

export function stringOf(json: Json | undefined): string {
  return typeof json === 'string' || typeof json === 'number' ? String(json) : '';
}

interface RoutedTo {
  readonly route: string;
  readonly receiver: string;
  readonly groupKey: string;
  readonly nextLookMs: number;
  readonly newGroup: boolean;
}

/** Where an entry of kind `routed` says that the alert went. */
export function routesOf({ detail }: LedgerEntry): readonly RoutedTo[] {
  const { routes } = detail;
  if (!Array.isArray(routes)) return [];
  return routes.map((one: Readonly<Record<string, Json>>) => ({
    route: stringOf(one.route),
    receiver: stringOf(one.receiver),
    groupKey: stringOf(one.groupKey),
    nextLookMs: numberOf(one.nextLookMs) ?? 0,
    newGroup: one.newGroup === true,
  }));
}

/** The silences that an entry of reason `silenced` names. */
export function silencesOf({ detail }: LedgerEntry): readonly { id: string; comment: string; by: string }[] {
  const { silences } = detail;
  if (!Array.isArray(silences)) return [];
  return silences.map((one: Readonly<Record<string, Json>>) => ({
    id: stringOf(one.id),
    comment: stringOf(one.comment),
    by: stringOf(one.by),
  }));
}

/** What holds an alert back, as far as the entry itself says. */
export function heldByOf(entry: LedgerEntry): HeldBy {
  const { reason, detail, tMs } = entry;
  const line = numberOf(detail.line);
  return {
    reason,
    sinceMs: tMs,
    ...(detail.source === undefined ? {} : { source: stringOf(detail.source) }),
    ...(detail.rule === undefined ? {} : { rule: stringOf(detail.rule) }),
    ...(line === undefined ? {} : { line }),
    ...(detail.intervals === undefined ? {} : { intervals: stringsOf(detail.intervals) }),
    ...(detail.silences === undefined ? {} : { silences: silencesOf(entry) }),
    ...(detail.into === undefined ? {} : { into: stringOf(detail.into) }),
  };
}
