import type {
  LintData,
  NotificationData,
  RehearsalData,
  RehearsalSideData,
  RouteData,
  RouteTestData,
  RouteVisitData,
  SilencePreviewData,
  SweepData,
} from '@petrel/api/contract/alerting.ts';
import type { FixtureWorld } from './fixture-world.test-support.ts';
import { parseFilter } from './matchers/matchers-text.ts';
import { compileFilter } from './matchers/matching.ts';

const HOUR_MS = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

export function routeTestFixture(world: FixtureWorld, labels: Readonly<Record<string, string>>): RouteTestData {
  const root = world.routing.route;
  if (root === undefined) return { visited: [], destinations: [], inhibitedBy: [], silencedBy: [] };
  const visited: RouteVisitData[] = [];
  const found: RouteData[] = [];
  const walk = (route: RouteData, depth: number): boolean => {
    const failed = route.matchers.find(
      (matcher) => !compileFilter(parseFilter(matcher)).test({ labels, annotations: {} }),
    );
    const name = failed === undefined ? '' : (parseFilter(failed).matchers[0]?.name ?? '');
    const has = labels[name] === undefined ? `has no ${name}` : `has ${name}="${labels[name]}"`;
    visited.push({
      routeId: route.id,
      depth,
      line: route.line,
      matched: failed === undefined,
      ...(failed === undefined ? {} : { failed: `${failed} (the alert ${has})` }),
    });
    if (failed !== undefined) return false;
    let taken = false;
    for (const child of route.routes) {
      if (!walk(child, depth + 1)) continue;
      taken = true;
      if (!child.continue) break;
    }
    if (!taken) found.push(route);
    return true;
  };
  walk(root, 0);
  return {
    visited,
    destinations: found.map((route) => ({
      routeId: route.id,
      receiver: route.receiver,
      integrations: world.routing.receivers.find(({ name }) => name === route.receiver)?.integrations ?? [],
      groupLabels: Object.fromEntries(
        route.groupBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
      ),
      groupWaitMs: route.groupWaitMs,
      groupIntervalMs: route.groupIntervalMs,
      repeatIntervalMs: route.repeatIntervalMs,
      mutedBy: route.muteTimeIntervals,
    })),
    inhibitedBy:
      labels.alertname === 'HighLatency'
        ? [{ rule: '', line: 101, source: { alertname: 'ServiceDown', service: 'checkout' } }]
        : [],
    silencedBy: [],
  };
}

export function previewFixture(
  world: FixtureWorld,
  body: { readonly matchers: readonly { name: string; value: string }[] },
): SilencePreviewData {
  const passes = compileFilter({ matchers: body.matchers as never, words: [], error: undefined });
  const active = world.alerts.filter((alert) => passes.test(alert));
  return {
    from: iso(world.nowMs - 7 * 24 * HOUR_MS),
    to: iso(world.nowMs),
    active: active.map(({ fingerprint, labels, status }) => ({ fingerprint, labels, state: status.state })),
    notifications: active.slice(0, 12).map((alert, i) => ({
      time: iso(world.nowMs - (i * 11 + 2) * HOUR_MS),
      receiver: alert.receivers[0]?.name ?? '',
      groupLabels: { alertname: alert.labels.alertname ?? '', service: alert.labels.service ?? '' },
      whole: i % 3 !== 1,
      alerts: [alert.labels],
    })),
  };
}

export function lintFixture(world: FixtureWorld): LintData {
  if (world.ruleGroups.length === 0) return { findings: [], checked: { rules: 0, routes: 0, receivers: 0 } };
  const rules = '/etc/petrel/rules/shop.yml';
  return {
    checked: { rules: 12, routes: 6, receivers: 5 },
    findings: [
      {
        check: 'missing-annotation',
        severity: 'warning',
        file: rules,
        line: 14,
        column: 9,
        subject: 'OrderBacklog',
        message: 'has no runbook_url, although 11 of 12 alerts have one.',
        suggestion: 'Add annotations.runbook_url.',
      },
      {
        check: 'never-had-data',
        severity: 'warning',
        file: rules,
        line: 31,
        column: 11,
        subject: 'HighLatency',
        message:
          'selects http_request_duration_seconds_bucket{handler="/pay"}, which had no sample in the last 7 days.',
        suggestion: 'Check the label handler: its values are /checkout, /payment.',
      },
      {
        check: 'unreachable-receiver',
        severity: 'error',
        file: '/etc/petrel/alertmanager.yml',
        line: 90,
        column: 5,
        subject: 'dev-team',
        message: 'gets alerts, but none of its integrations is on: <slack-webhook> is a placeholder.',
        suggestion: 'Put the address of the webhook in place of the placeholder.',
      },
      {
        check: 'no-shared-labels',
        severity: 'info',
        file: '/etc/petrel/alertmanager.yml',
        line: 101,
        column: 5,
        subject: 'inhibit rule',
        message: 'compares instance, which ServiceDown does not carry after aggregation.',
        suggestion: 'Remove instance from equal, or keep it in the rule.',
      },
    ],
  };
}

export function rehearsalFixture(world: FixtureWorld): RehearsalData {
  const current = sideOf(world, 1);
  const proposed = sideOf(world, 2);
  const [a, b, c] = [
    proposed.notifications.slice(0, 6),
    current.notifications.slice(0, 17),
    proposed.notifications.slice(8, 12),
  ];
  return {
    from: iso(world.nowMs - 7 * 24 * HOUR_MS),
    to: iso(world.nowMs),
    tookMs: 2310,
    proposed,
    current,
    difference: { gained: a, lost: b, moved: c.map((after) => ({ before: { ...after, receiver: 'default' }, after })) },
    warnings: ['alertmanager.yml:91:9: placeholder <slack-webhook>: slack_configs[0] of receiver "dev-team" stays off'],
  };
}

function sideOf(world: FixtureWorld, every: number): RehearsalSideData {
  const notifications: NotificationData[] = [];
  const perReceiverHour: Record<string, Record<string, number>> = {};
  const receivers = ['tech-lead', 'oncall-all', 'dev-team'];
  for (let hour = 0; hour < 168; hour++) {
    for (let i = 0; i < (hour * 7919) % 5; i += every) {
      const receiver = receivers[(hour + i) % 3] as string;
      const timeMs = Math.floor((world.nowMs - (168 - hour) * HOUR_MS) / HOUR_MS) * HOUR_MS;
      const alert = world.alerts[(hour * 31 + i) % world.alerts.length]?.labels ?? {};
      notifications.push({
        time: iso(timeMs + i * 600_000),
        receiver,
        integrations: ['email[0]'],
        groupLabels: { alertname: alert.alertname ?? '', service: alert.service ?? '' },
        reason: 'first_notification',
        firing: [alert],
        resolved: i % 2 === 0 ? [] : [alert],
      });
      const hours = perReceiverHour[receiver] ?? {};
      hours[iso(timeMs)] = (hours[iso(timeMs)] ?? 0) + 1;
      perReceiverHour[receiver] = hours;
    }
  }
  return {
    alerts: Math.round(420 / every),
    groups: Math.round(90 / every),
    notifications,
    rules: ['HighLatency', 'HighErrorRate', 'DiskWillFill', 'ServiceDown'].map((name, i) => ({
      name,
      fired: Math.round(40 / (i + 1) / every),
      firingMs: (HOUR_MS * 30) / (i + every),
      notifications: Math.round(120 / (i + 1) / every),
    })),
    perReceiverHour,
    suppressed: world.alerts.slice(0, 20 * every).map(({ labels }, i) => ({
      labels,
      time: iso(world.nowMs - i * HOUR_MS),
      reason: i % 2 === 0 ? 'inhibited' : 'muted_by_interval',
    })),
  };
}

export function sweepFixture(): SweepData {
  const thresholds = [0.01, 0.02, 0.05, 0.08, 0.1, 0.2];
  const forsMs = [0, 60_000, 300_000, 600_000, 1_800_000];
  return {
    expr: 'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) > 0.05',
    threshold: 0.05,
    forMs: 300_000,
    thresholds,
    forsMs,
    cells: thresholds.map((_, i) =>
      forsMs.map((__, j) => {
        const fired = Math.round(200 / (i + 1) / (j + 1));
        return { fired, notifications: i + j > 7 ? 0 : fired * 2, firingMs: fired * 420_000 };
      }),
    ),
  };
}
