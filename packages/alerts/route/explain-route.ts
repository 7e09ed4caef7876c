import type { Labels, Matcher } from '@petrel/model';
import { compileMatcher } from '../matcher/index.ts';
import type { Route } from './route.ts';

/** A route that an alert came to on its way through the tree. */
export interface RouteVisit {
  readonly route: Route;
  /** 0 for the root. */
  readonly depth: number;
  readonly matched: boolean;
  /** The first matcher that the alert does not satisfy, and the value that it has instead ('' for none). */
  readonly failed?: { readonly matcher: Matcher; readonly value: string };
  /** The alert is grouped and sent by this route: it matched, and no route below did. */
  readonly receives: boolean;
  /** The siblings behind were not asked, because this one matched and does not say `continue`. */
  readonly endsSearch: boolean;
}

/** The way of an alert through the tree: every route that was asked, in that order. Those that receive are the ones of `matchRoutes`. */
export function explainRoute(root: Route, labels: Labels): readonly RouteVisit[] {
  const visits: RouteVisit[] = [];
  visit(root, 0, labels, visits);
  return visits;
}

function visit(route: Route, depth: number, labels: Labels, visits: RouteVisit[]): boolean {
  const matcher = route.matchers.find((one) => !compileMatcher(one)(labels.get(one.name)));
  if (matcher !== undefined) {
    const failed = { matcher, value: labels.get(matcher.name) };
    visits.push({ route, depth, matched: false, failed, receives: false, endsSearch: false });
    return false;
  }
  const place = visits.length;
  let receives = true;
  for (const child of route.routes) {
    if (!visit(child, depth + 1, labels, visits)) continue;
    receives = false;
    if (!child.continue) break;
  }
  const endsSearch = depth > 0 && !route.continue;
  visits.splice(place, 0, { route, depth, matched: true, receives, endsSearch });
  return true;
}
