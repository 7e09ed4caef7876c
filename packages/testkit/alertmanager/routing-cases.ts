import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Route } from '@petrel/alerts/route/index.ts';
import { buildRoute, explainRoute, groupLabelsOf, matchRoutes, routeSection } from '@petrel/alerts/route/index.ts';
import { anything } from '@petrel/config/schema/composite.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { INVALID } from '@petrel/config/schema/schema.ts';
import { Labels } from '@petrel/model';
import type { CaseReport } from '../exposition/report.ts';
import { decodeYaml } from './decode-yaml.ts';

type LabelFact = Readonly<Record<string, string>>;

interface MatchFact {
  readonly receiver: string;
  readonly group_by: 'default' | 'all' | readonly string[];
  readonly group_wait_s: number | 'default';
  readonly group_interval_s: number | 'default';
  readonly repeat_interval_s: number | 'default';
}

interface GroupFact {
  readonly alerts: readonly number[];
  readonly group_labels: LabelFact;
  readonly receiver: string;
  readonly group_key: string;
  readonly route_id: string;
}

interface RoutingFacts {
  readonly matching: readonly {
    readonly name: string;
    readonly route_yaml: string;
    readonly cases: readonly {
      readonly labels: LabelFact;
      readonly matches: readonly MatchFact[];
      readonly route_keys: readonly string[];
    }[];
  }[];
  readonly route_labels: {
    readonly route_yaml: string;
    readonly cases: readonly { readonly labels: LabelFact; readonly route_labels: LabelFact }[];
  };
  readonly route_ids: { readonly route_yaml: string; readonly route_ids_in_preorder: readonly string[] };
  readonly receivers_for_labels: readonly {
    readonly config: string;
    readonly labels: LabelFact;
    readonly receivers: readonly string[];
  }[];
  readonly grouping: {
    readonly config_yaml: string;
    readonly alerts: readonly LabelFact[];
    readonly groups_in_api_order: readonly GroupFact[];
    readonly receivers_of_alert: readonly (readonly string[])[];
  };
}

/** routing.json: which routes an alert goes to and with what, keys and ids, and groups. */
export function runRoutingCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as RoutingFacts;
  for (const { name, route_yaml, cases } of facts.matching) {
    const root = buildRoute(decodeYaml(routeSection, route_yaml));
    for (const { labels, matches, route_keys } of cases) {
      const found = matchRoutes(root, Labels.of(labels));
      const what = `${name} ${JSON.stringify(labels)}`;
      report.check(`${what} matches`, matches.map(withDefaults), found.map(factOf));
      report.check(`${what} keys`, route_keys, keysOf(found));
      const explained = explainRoute(root, Labels.of(labels)).filter(({ receives }) => receives);
      report.check(`${what} explained`, route_keys, keysOf(explained.map(({ route }) => route)));
    }
  }
  const labelled = buildRoute(decodeYaml(routeSection, facts.route_labels.route_yaml));
  for (const { labels, route_labels } of facts.route_labels.cases) {
    const [route] = matchRoutes(labelled, Labels.of(labels));
    report.check(`route_labels ${JSON.stringify(labels)}`, route_labels, route?.labels);
  }
  const root = buildRoute(decodeYaml(routeSection, facts.route_ids.route_yaml));
  report.check(
    'route_ids',
    facts.route_ids.route_ids_in_preorder,
    [...walk(root)].map(({ id }) => id),
  );
  for (const { config, labels, receivers } of facts.receivers_for_labels) {
    const route = routeOfFile(readFileSync(join(dirname(path), config), 'utf8'));
    const got = matchRoutes(route, Labels.of(labels)).map(({ receiver }) => receiver);
    report.check(`receivers of ${JSON.stringify(labels)} in ${config}`, receivers, got);
  }
  runGroupingCases(facts.grouping, report);
}

function runGroupingCases(facts: RoutingFacts['grouping'], report: CaseReport): void {
  const root = routeOfFile(facts.config_yaml);
  const groups = new Map<string, GroupFact>();
  for (const [index, fact] of facts.alerts.entries()) {
    const labels = Labels.of(fact);
    const routes = matchRoutes(root, labels);
    const receivers = routes.map(({ receiver }) => receiver).sort();
    report.check(`receivers of alert ${index}`, facts.receivers_of_alert[index], receivers);
    for (const route of routes) {
      const groupLabels = groupLabelsOf(route, labels);
      const group_key = `${route.key}:${groupLabels}`;
      const alerts = [...(groups.get(`${route.id} ${group_key}`)?.alerts ?? []), index];
      const { id: route_id, receiver } = route;
      const group_labels = groupLabels.toObject();
      groups.set(`${route_id} ${group_key}`, { alerts, group_labels, receiver, group_key, route_id });
    }
  }
  // The API orders them otherwise; what is looked at here is what they are.
  report.check('groups', sorted(facts.groups_in_api_order), sorted([...groups.values()]));
}

function sorted(groups: readonly GroupFact[]): readonly GroupFact[] {
  const keyOf = (group: GroupFact) => `${group.route_id} ${group.group_key}`;
  return [...groups].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The tree of a whole alertmanager.yml, whatever else stands in it. */
function routeOfFile(text: string): Route {
  const onlyRoute: Type<Route> = {
    name: anything.name,
    encode: () => undefined,
    decode(node, place) {
      const entry = node.kind === 'map' ? node.entries.get('route') : undefined;
      const section = entry === undefined ? INVALID : routeSection.decode(entry.value, place);
      return typeof section === 'symbol' ? section : buildRoute(section);
    },
  };
  return decodeYaml(onlyRoute, text);
}

function* walk(route: Route): Generator<Route> {
  yield route;
  for (const child of route.routes) yield* walk(child);
}

function keysOf(routes: readonly Route[]): readonly string[] {
  return routes.map(({ key }) => key);
}

function factOf(route: Route): MatchFact {
  return {
    receiver: route.receiver,
    group_by: route.groupByAll ? 'all' : route.groupBy,
    group_wait_s: route.groupWaitMs / 1000,
    group_interval_s: route.groupIntervalMs / 1000,
    repeat_interval_s: route.repeatIntervalMs / 1000,
  };
}

function withDefaults(fact: MatchFact): MatchFact {
  const or = (given: number | 'default', fallback: number) => (given === 'default' ? fallback : given);
  return {
    receiver: fact.receiver,
    group_by: fact.group_by === 'default' ? [] : fact.group_by,
    group_wait_s: or(fact.group_wait_s, 30),
    group_interval_s: or(fact.group_interval_s, 300),
    repeat_interval_s: or(fact.repeat_interval_s, 14_400),
  };
}
