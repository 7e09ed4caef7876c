import { compareStrings } from '@petrel/model';
import { compareMatchers, compileMatchers, printMatchers } from '../matcher/index.ts';
import type { Route } from './route.ts';
import type { RouteSection } from './route-section.ts';
import { ALL_LABELS } from './route-section.ts';

/** What the root has where the file says nothing. */
const ROOT_DEFAULTS = {
  receiver: '',
  groupBy: [],
  groupByAll: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 3_600_000,
  labels: {},
};

type Inherited = Pick<
  Route,
  'receiver' | 'groupBy' | 'groupByAll' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'labels'
>;

/** The tree that a root section describes, everything inherited filled in. */
export function buildRoute(root: RouteSection): Route {
  return build(root, ROOT_DEFAULTS, { key: '', id: '' });
}

/** `prefix` is what stands before the matchers in the key and the id; `place` is absent for the root. */
function build(section: RouteSection, parent: Inherited, prefix: { key: string; id: string; place?: number }): Route {
  const matchers = [...section.match, ...section.matchRe, ...section.matchers].sort(compareMatchers);
  const text = printMatchers(matchers);
  const key = `${prefix.key}${text}`;
  const id = `${prefix.id}${text}${prefix.place === undefined ? '' : `/${prefix.place}`}`;
  const inherited: Inherited = {
    receiver: section.receiver === '' ? parent.receiver : section.receiver,
    ...groupingOf(section, parent),
    groupWaitMs: section.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: section.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: section.repeatIntervalMs ?? parent.repeatIntervalMs,
    labels: { ...parent.labels, ...section.labels },
  };
  return {
    ...inherited,
    key,
    id,
    matchers,
    matches: compileMatchers(matchers),
    muteTimeIntervals: section.muteTimeIntervals,
    activeTimeIntervals: section.activeTimeIntervals,
    continue: section.continue,
    routes: section.routes.map((child, place) => build(child, inherited, { key: `${key}/`, id: `${id}/`, place })),
    ...section.position,
  };
}

/** An empty `group_by` is a word as well: everything in one group. */
function groupingOf({ groupBy }: RouteSection, parent: Inherited): Pick<Route, 'groupBy' | 'groupByAll'> {
  if (groupBy === undefined) return { groupBy: parent.groupBy, groupByAll: parent.groupByAll };
  if (groupBy.includes(ALL_LABELS)) return { groupBy: [], groupByAll: true };
  return { groupBy: [...groupBy].sort(compareStrings), groupByAll: false };
}
