import type { RoutingConfig } from '@petrel/alerts';
import { integrationName, mutingIntervals, type Route } from '@petrel/alerts';
import { compileMatchers, printMatcher } from '@petrel/alerts/matcher/index.ts';
import { explainRoute } from '@petrel/alerts/route/explain-route.ts';
import { groupLabelsOf } from '@petrel/alerts/route/route.ts';
import { type Labels, silenceStateAt } from '@petrel/model';
import type {
  InhibitRuleData,
  ReceiverData,
  RouteData,
  RouteDestinationData,
  RouteTestData,
  RouteVisitData,
  RoutingData,
} from '../contract/alerting.ts';
import type { AlertingView } from './port.ts';

/** The tree in force. */
export function routingData(alerting: AlertingView, nowMs: number): RoutingData {
  const { routing: config } = alerting.config();
  const { file, warnings } = alerting.routing();
  return {
    ...(file === undefined ? {} : { file }),
    ...(config === undefined ? {} : { route: routeData(config.route) }),
    receivers: (config?.receivers ?? []).map(receiverData),
    inhibitRules: (config?.inhibitRules ?? []).map(inhibitRuleData),
    timeIntervals: (config?.timeIntervals ?? []).map(({ name, contains }) => ({ name, activeNow: contains(nowMs) })),
    warnings,
  };
}

/** Where an alert with these labels would go at the time, and what would hold it back now. */
export function routeTestData(
  alerting: AlertingView,
  { labels, atMs, nowMs }: { readonly labels: Labels; readonly atMs: number; readonly nowMs: number },
): RouteTestData {
  const { routing } = alerting.config();
  const visits = routing === undefined ? [] : explainRoute(routing.route, labels);
  const inhibition = alerting.context().inhibitor.inhibitedBy(labels, nowMs);
  const source = alerting.alerts().find(({ alert }) => alert.fingerprint === inhibition?.sourceFingerprint);
  const silences = alerting
    .silences()
    .filter((silence) => silenceStateAt(silence, nowMs) === 'active' && compileMatchers(silence.matchers)(labels));
  return {
    visited: visits.map(visitData),
    destinations: visits
      .filter(({ receives }) => receives)
      .map(({ route }) => destinationData(route, labels, { routing: routing as RoutingConfig, atMs })),
    inhibitedBy:
      inhibition === undefined
        ? []
        : [{ rule: inhibition.rule.name, line: inhibition.rule.line, source: source?.alert.labels.toObject() ?? {} }],
    silencedBy: silences.map(({ id, comment }) => ({ id, comment })),
  };
}

function routeData(route: Route): RouteData {
  const { id, receiver, groupWaitMs, groupIntervalMs, repeatIntervalMs, muteTimeIntervals, activeTimeIntervals } =
    route;
  return {
    id,
    receiver,
    matchers: route.matchers.map(printMatcher),
    continue: route.continue,
    groupBy: route.groupByAll ? ['...'] : route.groupBy,
    groupWaitMs,
    groupIntervalMs,
    repeatIntervalMs,
    muteTimeIntervals,
    activeTimeIntervals,
    line: route.line,
    routes: route.routes.map(routeData),
  };
}

function receiverData({ name, integrations, line }: RoutingConfig['receivers'][number]): ReceiverData {
  return { name, integrations: integrations.map(integrationName), line };
}

function inhibitRuleData({
  name,
  sourceMatchers,
  targetMatchers,
  equal,
  line,
}: RoutingConfig['inhibitRules'][number]): InhibitRuleData {
  return {
    name,
    sourceMatchers: sourceMatchers.map(printMatcher),
    targetMatchers: targetMatchers.map(printMatcher),
    equal,
    line,
  };
}

function visitData({ route, depth, matched, failed }: ReturnType<typeof explainRoute>[number]): RouteVisitData {
  const reason =
    failed === undefined
      ? undefined
      : `${printMatcher(failed.matcher)} (the alert has ${printMatcher({ ...failed.matcher, type: '=', value: failed.value })})`;
  return { routeId: route.id, depth, line: route.line, matched, ...(reason === undefined ? {} : { failed: reason }) };
}

function destinationData(
  route: Route,
  labels: Labels,
  { routing, atMs }: { readonly routing: RoutingConfig; readonly atMs: number },
): RouteDestinationData {
  const intervals = new Map(routing.timeIntervals.map((interval) => [interval.name, interval]));
  const active = route.activeTimeIntervals;
  const isOutside = active.length > 0 && !active.some((name) => intervals.get(name)?.contains(atMs) === true);
  const receiver = routing.receivers.find(({ name }) => name === route.receiver);
  const { groupWaitMs, groupIntervalMs, repeatIntervalMs } = route;
  return {
    routeId: route.id,
    receiver: route.receiver,
    integrations: (receiver?.integrations ?? []).map(integrationName),
    groupLabels: groupLabelsOf(route, labels).toObject(),
    groupWaitMs,
    groupIntervalMs,
    repeatIntervalMs,
    mutedBy: [...mutingIntervals(route, intervals, atMs), ...(isOutside ? ['active_time_intervals'] : [])],
  };
}
