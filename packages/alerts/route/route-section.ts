import { list, record } from '@petrel/config/schema/composite.ts';
import { boolean, duration, show, string } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport, Type } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { Position } from '@petrel/config/schema/tree.ts';
import type { Matcher } from '@petrel/model';
import { equalMatchers, matcherList, regexMatchers } from '../config/matchers.ts';
import { templated } from '../config/secrets.ts';
import { isValidLabelName } from '../matcher/index.ts';

interface RouteFields {
  readonly receiver: string;
  /** Absent: the parent's. */
  readonly groupBy?: readonly string[];
  readonly match: readonly Matcher[];
  readonly matchRe: readonly Matcher[];
  readonly matchers: readonly Matcher[];
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly continue: boolean;
  readonly groupWaitMs?: number;
  readonly groupIntervalMs?: number;
  readonly repeatIntervalMs?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly routes: readonly RouteSection[];
}

/** A `route` as it stands in the file, nothing inherited. */
export interface RouteSection extends RouteFields {
  readonly position: Position;
  /** To report about its keys later, when receivers and time intervals are known. */
  readonly report: TableReport;
}

/** Groups by all labels. */
export const ALL_LABELS = '...';

/** Lazily, because a route holds routes. */
const routeList: Type<readonly RouteSection[]> = {
  name: 'list of route',
  get inner() {
    return routeSection.inner;
  },
  decode: (node, place) => list(routeSection).decode(node, place),
  encode: (sections) => sections.map((section) => routeSection.encode(section)),
};

const labelMap = record(templated, (name) => (isValidLabelName(name) ? undefined : `invalid label name ${show(name)}`));

/** A `route` block with everything below it. */
export const routeSection: Table<RouteSection> = table<RouteFields, RouteSection>(
  'route',
  {
    receiver: field('receiver', string, '', "Who is told; default the parent's."),
    groupBy: optional('group_by', list(string), 'Labels that make a group, or `...` for all of them.'),
    match: field('match', equalMatchers, [], 'Old form of `matchers`: labels and their values.'),
    matchRe: field('match_re', regexMatchers, [], 'Old form of `matchers`: labels and regular expressions.'),
    matchers: field('matchers', matcherList, [], 'What an alert must satisfy to come here.'),
    muteTimeIntervals: field('mute_time_intervals', list(string), [], 'Times in which nothing is sent.'),
    activeTimeIntervals: field('active_time_intervals', list(string), [], 'Times outside of which nothing is sent.'),
    continue: field('continue', boolean, false, 'Look at the siblings behind as well, although this one matched.'),
    groupWaitMs: optional('group_wait', duration, 'From the first alert of a group to its first notification.'),
    groupIntervalMs: optional('group_interval', duration, 'Between looks at a group for changes.'),
    repeatIntervalMs: optional('repeat_interval', duration, 'After which an unchanged group is told of again.'),
    labels: field('labels', labelMap, {}, 'Labels of the route, inherited one by one; values may be templates.'),
    routes: field('routes', routeList, [], 'Routes below, asked in order.'),
  },
  {
    check: checkRoute,
    finish: (raw, report) => ({ ...raw, position: report.positionOf(''), report }),
  },
);

function checkRoute({ groupBy = [], groupIntervalMs, repeatIntervalMs }: RouteFields, report: TableReport): void {
  const names = new Set<string>();
  for (const name of groupBy.filter((label) => label !== ALL_LABELS)) {
    if (!isGroupLabel(name)) report.error('group_by', `invalid label name ${show(name)} in group_by list`);
    if (names.has(name)) report.error('group_by', `duplicated label ${show(name)} in group_by`);
    names.add(name);
  }
  if (names.size > 0 && groupBy.includes(ALL_LABELS)) {
    report.error('group_by', 'cannot have wildcard group_by (`...`) and other labels at the same time');
  }
  if (groupIntervalMs === 0) report.error('group_interval', 'group_interval cannot be zero');
  if (repeatIntervalMs === 0) report.error('repeat_interval', 'repeat_interval cannot be zero');
}

/**
 * Names of today may be any text, but one that begins or ends with a sign such as - or , is a slip of the pen in YAML, and would silently put all alerts into
 * one group.
 */
function isGroupLabel(name: string): boolean {
  return isValidLabelName(name) && !/^[\s!-/:-@[-^`{-~]|[\s!-/:-@[-^`{-~]$/.test(name);
}

/** The section and all below it, each before what is inside it. */
export function* walkSections(section: RouteSection): Generator<RouteSection> {
  yield section;
  for (const child of section.routes) yield* walkSections(child);
}
