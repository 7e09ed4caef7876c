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
  if (!route.matches(labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = matchRoutes(child, labels);
    found.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return found.length === 0 ? [route] : found;
}

/** The labels by which a route groups an alert. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  return route.groupByAll ? labels : labels.keep(new Set(route.groupBy));
}
