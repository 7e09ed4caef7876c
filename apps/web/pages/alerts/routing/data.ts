import type { RouteData, RouteTestData, RouteVisitData, RoutingData } from '@petrel/api/contract/alerting.ts';

/** A node of the tree as one line of the list. */
export interface RouteLine {
  readonly route: RouteData;
  readonly depth: number;
  /** Undefined: nothing was tested. */
  readonly verdict: RouteVerdict | undefined;
}

export interface RouteVerdict {
  /** `destination`: alerts stay here; `passed`: matched, and a route below takes it; `skipped`: never asked. */
  readonly kind: 'destination' | 'passed' | 'failed' | 'skipped';
  /** The first matcher that does not hold, with the alert's own value. */
  readonly failed: string | undefined;
}

/** The tree in the order of the walk, each node with what the test found out about it. */
export function routeLines(root: RouteData, test: RouteTestData | undefined): readonly RouteLine[] {
  const visits = new Map((test?.visited ?? []).map((visit) => [visit.routeId, visit]));
  const destinations = new Set((test?.destinations ?? []).map(({ routeId }) => routeId));
  const lines: RouteLine[] = [];
  const walk = (route: RouteData, depth: number): void => {
    const verdict = test === undefined ? undefined : verdictOf(visits.get(route.id), destinations.has(route.id));
    lines.push({ route, depth, verdict });
    for (const child of route.routes) walk(child, depth + 1);
  };
  walk(root, 0);
  return lines;
}

function verdictOf(visit: RouteVisitData | undefined, destination: boolean): RouteVerdict {
  if (visit === undefined) return { kind: 'skipped', failed: undefined };
  if (!visit.matched) return { kind: 'failed', failed: visit.failed };
  return { kind: destination ? 'destination' : 'passed', failed: undefined };
}

/** Receivers that no integration serves: all of theirs are off. */
export function silentReceivers(routing: RoutingData): ReadonlySet<string> {
  return new Set(routing.receivers.filter(({ integrations }) => integrations.length === 0).map(({ name }) => name));
}

/** Name of an interval → whether it holds now. */
export function intervalStates(routing: RoutingData): ReadonlyMap<string, boolean> {
  return new Map(routing.timeIntervals.map(({ name, activeNow }) => [name, activeNow]));
}
