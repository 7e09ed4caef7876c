import { printMatcher, printMatchers } from '@petrel/alerts/matcher/index.ts';
import type { Route } from '@petrel/alerts/route/route.ts';
import type { Finding, LintOptions, RoutingFile } from './finding.ts';
import { contradiction, covers } from './matcher-logic.ts';
import { type PossibleAlert, possibleAlerts, type Reach, reachOf, withStoredLabels } from './possible-alert.ts';
import type { StoredLabels } from './stored-labels.ts';

/** A route with the matchers of all routes above it. */
interface Placed {
  readonly route: Route;
  readonly parents: readonly Route[];
}

/** Routes, receivers and time intervals that nothing can come to. */
export async function checkRoutes(options: LintOptions, stored?: StoredLabels): Promise<readonly Finding[]> {
  const { routing } = options;
  if (routing === undefined) return [];
  const placed = [...walk(routing.config.route)];
  const dead = new Set<Route>();
  const findings = placed.flatMap((one) => {
    if (one.parents.some((parent) => dead.has(parent))) dead.add(one.route);
    if (dead.has(one.route)) return [];
    const finding = contradicts(one, routing) ?? isCovered(one, routing);
    if (finding !== undefined) dead.add(one.route);
    return finding ?? [];
  });
  const labels = placed.flatMap(({ route }) => route.matchers.map(({ name }) => name));
  const possible = possibleAlerts(options);
  const alerts = stored === undefined ? possible : await withStoredLabels(possible, labels, stored);
  return [
    ...findings,
    ...(alerts.length === 0 ? [] : checkReach(routing, { placed, dead, alerts })),
    ...unusedReceivers(routing, placed),
    ...unusedIntervals(routing, placed),
  ];
}

function contradicts({ route, parents }: Placed, routing: RoutingFile): Finding | undefined {
  const pair = contradiction([...route.matchers, ...parents.flatMap(({ matchers }) => matchers)]);
  if (pair === undefined) return undefined;
  const [a, b] = pair.map(printMatcher);
  return aboutRoute(route, routing, {
    check: 'unreachable-route',
    severity: 'error',
    message: `no alert satisfies both ${a} and ${b}`,
    suggestion: 'look at its matchers, and at those of the routes above it',
  });
}

function isCovered({ route, parents }: Placed, routing: RoutingFile): Finding | undefined {
  const parent = parents.at(-1);
  if (parent === undefined) return undefined;
  const known = [...route.matchers, ...parents.flatMap(({ matchers }) => matchers)];
  const before = parent.routes.slice(0, parent.routes.indexOf(route));
  const taker = before.find((sibling) => !sibling.continue && covers(sibling.matchers, known));
  if (taker === undefined) return undefined;
  return aboutRoute(route, routing, {
    check: 'unreachable-route',
    severity: 'error',
    message: `everything that it matches is taken by the route ${printMatchers(taker.matchers)} in line ${taker.line} before it`,
    suggestion: `put it before line ${taker.line}, or say \`continue: true\` there`,
  });
}

interface ReachInput {
  readonly placed: readonly Placed[];
  readonly dead: ReadonlySet<Route>;
  readonly alerts: readonly PossibleAlert[];
}

/** Of routes that could be reached: those that no alert of the rules at hand comes to. */
function checkReach(routing: RoutingFile, { placed, dead, alerts }: ReachInput): readonly Finding[] {
  const reach = reachOf(routing.config.route, alerts);
  const findings: Finding[] = [];
  for (const { route, parents } of placed) {
    if (dead.has(route) || !parents.every((parent) => reach.visitors.has(parent))) continue;
    // Alerts that perhaps have a label by chance do not make up for the one that has it on purpose.
    const isMissed = !reach.certain.has(route) && reach.taken.has(route);
    if (isMissed || !reach.visitors.has(route)) findings.push(neverReached(route, routing, reach));
  }
  return [...findings, ...silentReceivers(routing, reach)];
}

function neverReached(route: Route, routing: RoutingFile, { taken }: Reach): Finding {
  const [first, ...more] = taken.get(route) ?? [];
  if (first === undefined) {
    return aboutRoute(route, routing, {
      check: 'route-never-matches',
      severity: 'info',
      message: 'no alert of the rules at hand matches it',
      suggestion: 'look at the labels of the rules; nothing is wrong if other senders use it',
    });
  }
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return aboutRoute(route, routing, {
    check: 'route-never-matches',
    severity: 'warning',
    message: `${first.alert.rule.name}${others} matches it, but goes to the route ${printMatchers(first.by.matchers)} in line ${first.by.line} before; so this route does not tell ${route.receiver}`,
    suggestion: `put it before line ${first.by.line}, or say \`continue: true\` there`,
  });
}

/** Receivers that alerts come to, and that have nobody to tell. */
function silentReceivers(routing: RoutingFile, { sends }: Reach): readonly Finding[] {
  return routing.config.receivers.flatMap(({ name, integrations, line }) => {
    const alerts = [...sends].flatMap(([route, some]) => (route.receiver === name ? some : []));
    const [first, ...more] = new Set(alerts.map(({ rule }) => rule.name));
    if (integrations.length > 0 || first === undefined) return [];
    return {
      check: 'silent-receiver',
      severity: 'info' as const,
      file: routing.file,
      line,
      column: 1,
      subject: name,
      message: `has no integration that is on, and alerts may come to it: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`,
      suggestion: 'give it an integration; nothing is wrong if these alerts are to be dropped',
    };
  });
}

function unusedReceivers(routing: RoutingFile, placed: readonly Placed[]): readonly Finding[] {
  const used = new Set(placed.map(({ route }) => route.receiver));
  return routing.config.receivers
    .filter(({ name }) => !used.has(name))
    .map(({ name, line }) => ({
      check: 'unreachable-receiver',
      severity: 'warning',
      file: routing.file,
      line,
      column: 1,
      subject: name,
      message: 'no route leads to this receiver',
      suggestion: 'add a route, or take the receiver out',
    }));
}

function unusedIntervals(routing: RoutingFile, placed: readonly Placed[]): readonly Finding[] {
  const used = new Set(placed.flatMap(({ route }) => [...route.muteTimeIntervals, ...route.activeTimeIntervals]));
  return routing.config.timeIntervals
    .filter(({ name }) => !used.has(name))
    .map(({ name, line }) => ({
      check: 'unused-time-interval',
      severity: 'info',
      file: routing.file,
      line,
      column: 1,
      subject: name,
      message: 'no route uses this time interval',
      suggestion: 'name it in `mute_time_intervals` or `active_time_intervals` of a route, or take it out',
    }));
}

function* walk(route: Route, parents: readonly Route[] = []): Generator<Placed> {
  yield { route, parents };
  for (const child of route.routes) yield* walk(child, [...parents, route]);
}

function aboutRoute(
  route: Route,
  { file }: RoutingFile,
  words: Pick<Finding, 'check' | 'severity' | 'message' | 'suggestion'>,
): Finding {
  return {
    ...words,
    file,
    line: route.line,
    column: route.column,
    subject: `${printMatchers(route.matchers)} → ${route.receiver}`,
  };
}
