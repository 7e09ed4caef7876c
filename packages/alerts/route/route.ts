import type { Labels, Matcher } from '@petrel/model';

/** A node of the routing tree, everything inherited filled in. */
export interface Route {
  /** The matchers from the root down, as Alertmanager writes them: `{}/{owner="team-A"}`. */
  readonly key: string;
  /** Unique in the tree; Alertmanager's route id: the key with the place among its siblings. */
  readonly id: string;
  readonly receiver: string;
  /** Sorted. */
  readonly groupBy: readonly string[];
  /** `group_by: ['...']`: by all labels. */
  readonly groupByAll: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly matchers: readonly Matcher[];
  /** All matchers hold for the labels; the root's always do. */
  readonly matches: (labels: Labels) => boolean;
  readonly continue: boolean;
  /** The route's own labels over those of its parents; values may be templates. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * The routes that an alert goes to, in the order of the file: depth first, the deepest that match; a match ends the search among its siblings unless
 * it says `continue`. Never empty for a root.
 */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  const found: Route[] = [];
  collect(route, labels, found);
  return found;
}

/** Adds what matches to `found`; whether there was anything. */
function collect(route: Route, labels: Labels, found: Route[]): boolean {
  if (!route.matches(labels)) return false;
  let isLeaf = true;
  for (const child of route.routes) {
    if (!collect(child, labels, found)) continue;
    isLeaf = false;
    if (!child.continue) break;
  }
  if (isLeaf) found.push(route);
  return true;
}

const groupSets = new WeakMap<Route, ReadonlySet<string>>();

/** The labels by which a route groups an alert. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  if (route.groupByAll) return labels;
  let names = groupSets.get(route);
  if (names === undefined) {
    names = new Set(route.groupBy);
    groupSets.set(route, names);
  }
  return labels.keep(names);
}
