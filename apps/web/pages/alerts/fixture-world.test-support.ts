import type { LedgerEntryData, RoutingData } from '@petrel/api/contract/alerting.ts';
import { fingerprintOf, Labels } from '@petrel/model';
import type { GettableAlert, GettableGroup, GettableSilence } from './alertmanager/api.ts';
import type { RuleAlert } from './alertmanager/queries.ts';
import { historyOf, SILENCE_ID, silencesOf } from './fixture-history.test-support.ts';
import { routingFixture } from './fixture-routing.test-support.ts';
import type { ApiRule, ApiRuleGroup } from './rules/data.ts';

/** What the fixture server answers from: an online shop on a bad day. */
export interface FixtureWorld {
  readonly nowMs: number;
  readonly ruleGroups: readonly ApiRuleGroup[];
  readonly alerts: readonly GettableAlert[];
  readonly groups: readonly GettableGroup[];
  readonly silences: GettableSilence[];
  readonly ledger: readonly LedgerEntryData[];
  readonly routing: RoutingData;
}

interface RuleSeed {
  readonly name: string;
  readonly expr: string;
  readonly severity: string;
  readonly priority: string;
  readonly team: string;
  readonly forSeconds: number;
  readonly summary: string;
  /** Of a hundred alerts. */
  readonly share: number;
  readonly state?: 'pending';
}

const SEEDS: readonly RuleSeed[] = [
  {
    name: 'ServiceDown',
    expr: 'up{job=~"shop-.*"} == 0',
    severity: 'critical',
    priority: 'P0',
    team: 'platform',
    forSeconds: 60,
    summary: 'The service does not answer',
    share: 2,
  },
  {
    name: 'HighErrorRate',
    expr: 'sum by (service, instance) (rate(http_requests_total{status=~"5.."}[5m]))\n  / sum by (service, instance) (rate(http_requests_total[5m])) > 0.05',
    severity: 'critical',
    priority: 'P1',
    team: 'platform',
    forSeconds: 300,
    summary: 'More than 5% of all requests fail',
    share: 10,
  },
  {
    name: 'HighLatency',
    expr: 'histogram_quantile(0.99, sum by (le, service, instance) (rate(http_request_duration_seconds_bucket[5m]))) > 1',
    severity: 'warning',
    priority: 'P2',
    team: 'platform',
    forSeconds: 600,
    summary: 'The 99th percentile of the latency is above one second',
    share: 45,
  },
  {
    name: 'OrderBacklog',
    expr: 'order_queue_length > 1000',
    severity: 'error',
    priority: 'P1',
    team: 'business',
    forSeconds: 120,
    summary: 'Orders wait longer than five minutes',
    share: 3,
  },
  {
    name: 'DiskWillFill',
    expr: 'predict_linear(node_filesystem_avail_bytes{fstype!="tmpfs"}[6h], 24 * 3600) < 0',
    severity: 'info',
    priority: 'P3',
    team: 'platform',
    forSeconds: 1800,
    summary: 'The disk is full within a day',
    share: 35,
  },
  {
    name: 'CertificateExpires',
    expr: 'probe_ssl_earliest_cert_expiry - time() < 7 * 86400',
    severity: 'warning',
    priority: 'P2',
    team: 'security',
    forSeconds: 0,
    summary: 'The certificate ends within a week',
    share: 1,
  },
  {
    name: 'PodRestarts',
    expr: 'increase(kube_pod_container_status_restarts_total[1h]) > 3',
    severity: 'warning',
    priority: 'P2',
    team: 'platform',
    forSeconds: 900,
    summary: 'The container restarts again and again',
    share: 4,
    state: 'pending',
  },
];

const SERVICES = ['checkout', 'catalogue', 'payment', 'search', 'user', 'cart'];
const iso = (ms: number): string => new Date(ms).toISOString();

export function fixtureWorld({
  alerts,
  nowMs,
  empty,
}: {
  readonly alerts: number;
  readonly nowMs: number;
  readonly empty: boolean;
}): FixtureWorld {
  if (empty)
    return {
      nowMs,
      ruleGroups: [],
      alerts: [],
      groups: [],
      silences: [],
      ledger: [],
      routing: { receivers: [], inhibitRules: [], timeIntervals: [], warnings: [] },
    };
  const rules = SEEDS.map((seed) => ruleOf(seed, nowMs, Math.max(1, Math.round((alerts * seed.share) / 100))));
  const known = rules.flatMap((rule, index) =>
    SEEDS[index]?.state === 'pending' ? [] : (rule.alerts ?? []).map((alert) => gettable(alert, nowMs)),
  );
  const source = known.find(({ labels }) => labels.alertname === 'ServiceDown');
  const held = known.map((alert, index) => hold(alert, index, source));
  return {
    nowMs,
    ruleGroups: groupsOf(rules, nowMs),
    alerts: held,
    groups: groupAlerts(held),
    silences: silencesOf(nowMs),
    ledger: rules.flatMap((rule) => historyOf(rule, nowMs)),
    routing: routingFixture(),
  };
}

function ruleOf(seed: RuleSeed, nowMs: number, count: number): ApiRule {
  const alerts = Array.from({ length: count }, (_, i): RuleAlert => {
    const service = SERVICES[i % SERVICES.length] as string;
    return {
      labels: {
        alertname: seed.name,
        cluster: i % 3 === 0 ? 'eu-1' : 'us-2',
        instance: `${service}-${Math.floor(i / 6)}.internal:8080`,
        priority: seed.priority,
        service,
        severity: seed.severity,
        team: seed.team,
      },
      annotations: {
        summary: `${seed.summary} on ${service}`,
        description: `Instance ${service}-${Math.floor(i / 6)} has been over the line; look at its dashboard first.`,
        runbook_url: `https://wiki.example.com/runbooks/${seed.name}`,
      },
      state: seed.state ?? 'firing',
      activeAt: iso(nowMs - 60_000 * (3 + ((i * 37) % 900))),
      value: String(0.05 + (i % 17) / 23),
      ...(i === 4 ? { missing: true } : {}),
    };
  });
  return {
    type: 'alerting',
    name: seed.name,
    query: seed.expr,
    duration: seed.forSeconds,
    keepFiringFor: 0,
    labels: { severity: seed.severity, priority: seed.priority, team: seed.team },
    annotations: {
      summary: `${seed.summary} on {{ $labels.service }}`,
      runbook_url: `https://wiki.example.com/runbooks/${seed.name}`,
    },
    alerts,
    health: 'ok',
    evaluationTime: 0.0042,
    lastEvaluation: iso(nowMs - 7000),
    state: seed.state ?? 'firing',
  };
}

function groupsOf(rules: readonly ApiRule[], nowMs: number): readonly ApiRuleGroup[] {
  const base = { interval: 15, limit: 0, lastEvaluation: iso(nowMs - 7000) };
  const quiet = {
    type: 'alerting',
    duration: 300,
    keepFiringFor: 0,
    labels: { severity: 'warning' },
    annotations: {},
    alerts: [],
    health: 'ok',
    evaluationTime: 0.0007,
    lastEvaluation: iso(nowMs - 7000),
    state: 'inactive',
  } as const;
  const recording = {
    type: 'recording',
    health: 'ok',
    evaluationTime: 0.012,
    lastEvaluation: iso(nowMs - 7000),
    labels: {},
  } as const;
  return [
    { ...base, name: 'shop', file: '/etc/petrel/rules/shop.yml', evaluationTime: 0.031, rules: rules.slice(0, 4) },
    {
      ...base,
      name: 'infrastructure',
      file: '/etc/petrel/rules/infrastructure.yml',
      evaluationTime: 16.2,
      rules: [
        ...rules.slice(4),
        { ...quiet, name: 'NodeClockSkew', query: 'abs(node_timex_offset_seconds) > 0.05' },
        {
          ...quiet,
          name: 'ReplicationLag',
          query: 'mysql_lag_seconds * on (instance) mysql_role > 30',
          health: 'err',
          lastError:
            'found duplicate series for the match group {instance="db-1"} on the right hand-side of the operation: [{__name__="mysql_role", instance="db-1", role="a"}, {__name__="mysql_role", instance="db-1", role="b"}];many-to-many matching not allowed: matching labels must be unique on one side',
        },
      ],
    },
    {
      ...base,
      name: 'recording',
      file: '/etc/petrel/rules/recording.yml',
      evaluationTime: 0.024,
      rules: [
        {
          ...recording,
          name: 'service:http_requests:rate5m',
          query: 'sum by (service) (rate(http_requests_total[5m]))',
        },
        {
          ...recording,
          name: 'service:http_errors:ratio5m',
          query: 'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) / service:http_requests:rate5m',
        },
      ],
    },
  ];
}

function gettable(alert: RuleAlert, nowMs: number): GettableAlert {
  const expr = SEEDS.find(({ name }) => name === alert.labels.alertname)?.expr ?? 'up';
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    receivers: [{ name: receiverOf(alert.labels) }],
    fingerprint: fingerprintOf(Labels.of(alert.labels)),
    startsAt: alert.activeAt ?? iso(nowMs),
    updatedAt: iso(nowMs),
    endsAt: iso(nowMs + 240_000),
    generatorURL: `http://petrel:7070/graph?g0.expr=${encodeURIComponent(expr)}&g0.tab=1`,
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  };
}

function hold(alert: GettableAlert, index: number, source: GettableAlert | undefined): GettableAlert {
  const suppressed = { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: [] } as const;
  if (alert.labels.alertname === 'DiskWillFill') return { ...alert, status: { ...suppressed, mutedBy: ['offhours'] } };
  if (alert.labels.alertname === 'HighLatency' && alert.labels.service === 'search')
    return { ...alert, status: { ...suppressed, silencedBy: [SILENCE_ID] } };
  if (alert.labels.alertname === 'HighErrorRate' && index % 4 === 0 && source !== undefined)
    return { ...alert, status: { ...suppressed, inhibitedBy: [source.fingerprint] } };
  return alert;
}

function receiverOf({ priority, team }: Readonly<Record<string, string>>): string {
  if (priority === 'P0') return 'oncall-all';
  if (priority === 'P1') return 'tech-lead';
  return team === 'business' ? 'business-team' : 'dev-team';
}

function groupAlerts(alerts: readonly GettableAlert[]): readonly GettableGroup[] {
  const groups = new Map<
    string,
    { labels: Record<string, string>; receiver: { name: string }; alerts: GettableAlert[] }
  >();
  for (const alert of alerts) {
    const { alertname = '', cluster = '', service = '' } = alert.labels;
    const receiver = receiverOf(alert.labels);
    const key = JSON.stringify([receiver, alertname, cluster, service]);
    const group = groups.get(key) ?? {
      labels: { alertname, cluster, service },
      receiver: { name: receiver },
      alerts: [],
    };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  return [...groups.values()];
}
