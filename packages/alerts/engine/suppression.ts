import type { Json } from '@petrel/model';
import type { Inhibitor } from '../inhibit/inhibitor.ts';
import type { TimeInterval } from '../interval/time-interval.ts';
import type { Route } from '../route/route.ts';
import type { SilenceBook } from '../silence/silence-book.ts';
import type { AlertEntry } from './alert-entry.ts';

/** Why an alert is held back from its group's notification, by what, and what a person needs to see it. */
export interface Suppression {
  readonly reason: 'inhibited' | 'aggregated' | 'muted_by_interval' | 'outside_active_interval' | 'silenced';
  /** What holds it back: a fingerprint, interval names, silence ids. */
  readonly by: readonly string[];
  readonly detail: { readonly [key: string]: Json };
}

/** What the stages ask. */
export interface SuppressionContext {
  readonly inhibitor: Inhibitor;
  readonly silences: SilenceBook;
  readonly intervals: ReadonlyMap<string, TimeInterval>;
}

type AlertStage = (entry: AlertEntry, context: SuppressionContext, nowMs: number) => Suppression | undefined;
type RouteStage = (route: Route, context: SuppressionContext, nowMs: number) => Suppression | undefined;

/**
 * The pipeline between a group and its receiver, in Alertmanager's order: inhibition, the route's times, silences. The first stage that holds an alert
 * back gives the reason. What depends on the route alone is asked once for a look.
 */
export function suppressionsOf(
  route: Route,
  context: SuppressionContext,
  nowMs: number,
): (entry: AlertEntry) => Suppression | undefined {
  const first = (stages: readonly RouteStage[]) => firstOf(stages, (stage) => stage(route, context, nowMs));
  const ofRoute = first([outsideActiveInterval, mutedByInterval]);
  const before: readonly AlertStage[] = [inhibited, aggregated];
  return (entry) =>
    firstOf(before, (stage) => stage(entry, context, nowMs)) ?? ofRoute ?? silenced(entry, context, nowMs);
}

function firstOf<T, R>(stages: readonly T[], ask: (stage: T) => R | undefined): R | undefined {
  for (const stage of stages) {
    const found = ask(stage);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inhibited({ alert }: AlertEntry, { inhibitor }: SuppressionContext, nowMs: number) {
  const found = inhibitor.inhibitedBy(alert.labels, nowMs);
  if (found === undefined) return undefined;
  const { rule, sourceFingerprint } = found;
  const detail = { rule: rule.name, line: rule.line, source: sourceFingerprint };
  return { reason: 'inhibited', by: [sourceFingerprint], detail } as const;
}

function aggregated({ aggregatedBy }: AlertEntry) {
  if (aggregatedBy === undefined) return undefined;
  return { reason: 'aggregated', by: [aggregatedBy], detail: { into: aggregatedBy } } as const;
}

function outsideActiveInterval(route: Route, { intervals }: SuppressionContext, nowMs: number) {
  const names = route.activeTimeIntervals;
  if (names.length === 0 || names.some((name) => intervals.get(name)?.contains(nowMs) === true)) return undefined;
  return { reason: 'outside_active_interval', by: names, detail: { intervals: names } } as const;
}

function mutedByInterval(route: Route, { intervals }: SuppressionContext, nowMs: number) {
  const names = mutingIntervals(route, intervals, nowMs);
  return names.length === 0
    ? undefined
    : ({ reason: 'muted_by_interval', by: names, detail: { intervals: names } } as const);
}

function silenced(entry: AlertEntry, { silences }: SuppressionContext, nowMs: number) {
  const ids = silences.silencedBy(entry.alert.labels, nowMs, entry.silences);
  if (ids.length === 0) return undefined;
  const of = ids.map((id) => ({ id, comment: silences.get(id)?.comment ?? '', by: silences.get(id)?.createdBy ?? '' }));
  return { reason: 'silenced', by: ids, detail: { silences: of } } as const;
}

/** The names of the route's muting intervals that hold. */
export function mutingIntervals(
  route: Route,
  intervals: ReadonlyMap<string, TimeInterval>,
  nowMs: number,
): readonly string[] {
  return route.muteTimeIntervals.filter((name) => intervals.get(name)?.contains(nowMs) === true);
}
