import type {
  ExplainData,
  ExplainedAlertData,
  ExplainedReceiverData,
  LedgerEntryData,
} from '@petrel/api/contract/alerting.ts';
import type { GettableAlert } from './alertmanager/api.ts';
import type { FixtureWorld } from './fixture-world.test-support.ts';
import { parseFilter } from './matchers/matchers-text.ts';
import { compileFilter } from './matchers/matching.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function explainFixture(world: FixtureWorld, search: URLSearchParams): ExplainData {
  const question = search.get('alert') ?? '';
  const { matchers } = parseFilter(question);
  const filter = compileFilter({ matchers, words: [], error: undefined });
  const found = world.alerts.filter(
    (alert) =>
      alert.fingerprint === question ||
      alert.labels.alertname === question ||
      (matchers.length > 0 && filter.test(alert)),
  );
  const at = search.get('at') ?? iso(world.nowMs);
  const candidates = found
    .slice(0, 5)
    .map(({ fingerprint, labels }) => ({ fingerprint, labels, lastSeen: iso(world.nowMs - 60_000) }));
  const [alert] = found;
  if (alert === undefined)
    return { at, candidates, notes: [`Looked for an alert named "${question}" from 24 hours before to 1 hour after.`] };
  return { at, candidates, notes: [], alert: explained(alert, world.nowMs) };
}

function explained(alert: GettableAlert, nowMs: number): ExplainedAlertData {
  return {
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    annotations: alert.annotations,
    state: 'firing',
    verdict: `${alert.labels.alertname} of ${alert.labels.instance} reached tech-lead by email 41 minutes ago, 30 s after it began to fire; a second notification was held back by the silence "deploy".`,
    rule: {
      name: alert.labels.alertname ?? '',
      group: 'shop',
      file: '/etc/petrel/rules/shop.yml',
      expr: 'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) > 0.05',
      forMs: 300_000,
      value: '0.12',
      activeAt: iso(nowMs - 47 * 60_000),
    },
    receivers: receiversOf(nowMs),
    entries: entriesOf(alert, nowMs),
  };
}

function receiversOf(nowMs: number): readonly ExplainedReceiverData[] {
  return [
    {
      receiver: 'tech-lead',
      routeId: '0.1',
      groupKey: '{}/{priority="P1"}:{alertname="HighErrorRate", cluster="eu-1", service="checkout"}',
      reached: true,
      reason: 'notified',
      text: 'Told by email at the first notification of the group, together with 3 other alerts.',
      attempts: [
        {
          time: iso(nowMs - 41.4 * 60_000),
          integration: 'email[0]',
          ok: false,
          answer: '421 4.7.0 try again later',
        },
        {
          time: iso(nowMs - 41 * 60_000),
          integration: 'email[0]',
          ok: true,
          answer: '250 2.0.0 OK: queued as 4F1B2',
        },
      ],
    },
    {
      receiver: 'dev-team',
      routeId: '0.2',
      groupKey: '{}/{priority="P2"}:{alertname="HighErrorRate"}',
      reached: false,
      reason: 'no_integration',
      text: 'The receiver dev-team has no integration that is on (alertmanager.yml:90).',
      attempts: [],
    },
  ];
}

function entriesOf(alert: GettableAlert, nowMs: number): readonly LedgerEntryData[] {
  const entry = (
    minutes: number,
    kind: string,
    reason: string,
    text: string,
    part: Partial<LedgerEntryData> = {},
  ): LedgerEntryData => ({
    time: iso(nowMs - minutes * 60_000),
    kind,
    fingerprints: [alert.fingerprint],
    alertname: alert.labels.alertname ?? '',
    labels: alert.labels,
    groupKey: '{}/{priority="P1"}:{alertname="HighErrorRate"}',
    receiver: '',
    integration: '',
    reason,
    detail: { value: 0.12, forMs: 300_000 },
    text,
    ...part,
  });
  return [
    entry(47, 'evaluation', 'pending', 'The expression gave 0.12 at 15 s intervals; waiting for 5m'),
    entry(42, 'evaluation', 'firing', 'It held for 5m, so the alert fires'),
    entry(42, 'received', 'new', 'The alert engine learned of the alert'),
    entry(42, 'routed', 'matched', 'Route at line 26 matches priority="P1"', { receiver: 'tech-lead' }),
    entry(41.4, 'failed', 'retry', 'The mail server answered 421 4.7.0; tried again after 20 s', {
      receiver: 'tech-lead',
      integration: 'email[0]',
    }),
    entry(41, 'notified', 'first_notification', 'Told tech-lead of 4 alerts', {
      receiver: 'tech-lead',
      integration: 'email[0]',
    }),
    entry(11, 'suppressed', 'silenced', 'Held back by the silence "deploy" of ada@example.com', {
      receiver: 'tech-lead',
    }),
  ];
}
