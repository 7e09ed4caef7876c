import { AlertSimulation, type EngineConfig, INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import { AlertEngine } from '@petrel/alerts/engine/alert-engine.ts';
import { parseMatchers } from '@petrel/alerts/matcher/index.ts';
import { Labels, type LedgerEntry, type LedgerQuery, PetrelError, silentLogger } from '@petrel/model';
import { createPromqlEngine } from '@petrel/query/promql';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { loadRuleFile } from '@petrel/rules';
import { simulateGroups } from '@petrel/rules/simulation/simulate-groups.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  ExplainData,
  LedgerData,
  LintData,
  RehearsalEvent,
  RouteTestData,
  RoutingData,
  SilencePreviewData,
  SweepData,
} from '../contract/alerting.ts';
import { sendFailure } from '../prometheus/envelope.ts';
import { registerNativeAlerting } from './alerting.ts';
import type { NativeAlertingPorts } from './port.ts';

const NOON_MS = Date.UTC(2026, 2, 2, 12);
const NOW_MS = NOON_MS + 3_600_000;

const ROUTING = `route:
  receiver: team
  group_by: [alertname]
  routes:
    - matchers: [severity="critical"]
      receiver: oncall
      mute_time_intervals: [lunch]
receivers:
  - name: team
    webhook_configs: [{url: 'http://team/'}]
  - name: oncall
    webhook_configs: [{url: 'http://oncall/'}]
time_intervals:
  - name: lunch
    time_intervals: [{times: [{start_time: '12:00', end_time: '12:30'}]}]
`;
const RULES = `groups:
  - name: g
    interval: 30s
    rules:
      - {alert: Busy, expr: load > 5, for: 2m, labels: {severity: warning}, annotations: {summary: busy}}
`;

function rulesOf(text: string, path = 'rules.yml') {
  return loadRuleFile({ path, text, cwd: '/' }).groups;
}

function routingOf(text: string) {
  return loadRoutingConfig({ text, cwd: '/', integrations: INTEGRATIONS });
}

const source = new MemorySource();
for (const instance of ['a', 'b']) {
  const samples = Array.from({ length: 121 }, (_, i) => ({
    tMs: NOON_MS + i * 30_000,
    value: i < 20 || (i > 60 && instance === 'a') ? 1 : 8,
  }));
  source.write(Labels.of({ __name__: 'load', instance }), samples);
}

const config: EngineConfig = { routing: routingOf(ROUTING).config, aggregation: [], language: 'en' };
const settings = {
  source,
  engineOver: (over: typeof source) => createPromqlEngine({ source: over }),
  evaluationIntervalMs: 60_000,
};
let app: FastifyInstance;

beforeAll(async () => {
  const span = { startMs: NOON_MS, endMs: NOW_MS };
  const engineOver = (over: Parameters<typeof createPromqlEngine>[0]['source']) => createPromqlEngine({ source: over });
  const { evaluations } = await simulateGroups({ ...settings, engineOver, ...span, groups: rulesOf(RULES) });
  const simulation = new AlertSimulation({ config, silences: [], ...span });
  const live = new AlertEngine(config, NOON_MS);
  const decisions: LedgerEntry[] = [];
  for (const { atMs, alerts, decisions: some } of evaluations) {
    decisions.push(...some);
    if (alerts.length === 0) continue;
    simulation.update({ atMs, alerts });
    live.step({ kind: 'alerts', alerts }, atMs);
  }
  simulation.finish();
  const ledger = [...decisions, ...simulation.ledger].sort((a, b) => a.tMs - b.tMs);
  const ports: NativeAlertingPorts = {
    alerting: {
      alerts: () => live.alerts(NOW_MS),
      groups: () => live.groups(NOW_MS),
      silences: () => [],
      config: () => config,
      context: () => live.context,
      routing: () => ({ file: '/etc/alertmanager.yml', warnings: ['/etc/alertmanager.yml:1:1: a placeholder'] }),
    },
    rules: {
      groups: () => rulesOf(RULES),
      status: async () => [],
      settings: () => ({ ...settings, engineOver }),
      scrapeIntervalMs: () => 30_000,
    },
    ledger: {
      entries: async (query) => ledger.filter((entry) => isAsked(entry, query)).slice(-(query.limit ?? 10_000)),
    },
    engine: createPromqlEngine({ source }),
    loaders: {
      rules: (files) => files.flatMap(({ name, text }) => rulesOf(text, name)),
      routing: ({ text }) => ({ config: routingOf(text).config, warnings: [] }),
      matchers: (text) => parseMatchers(text).value,
    },
    nowMs: () => NOW_MS,
    language: () => 'en',
    logger: silentLogger,
  };
  app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) =>
    sendFailure(reply, error instanceof PetrelError ? error : new PetrelError('INTERNAL', String(error))),
  );
  app.register(async (scope) => registerNativeAlerting(scope, ports), { prefix: '/api/v1/petrel' });
  await app.ready();
});

function isAsked(
  entry: LedgerEntry,
  { startMs, endMs, fingerprint, alertname, receiver, kinds }: LedgerQuery,
): boolean {
  return (
    entry.tMs >= startMs &&
    entry.tMs <= endMs &&
    (fingerprint === undefined || entry.fingerprints.includes(fingerprint)) &&
    (alertname === undefined || entry.alertname === alertname) &&
    (receiver === undefined || entry.receiver === receiver) &&
    (kinds === undefined || kinds.includes(entry.kind))
  );
}

async function get<T>(path: string): Promise<T> {
  const answer = await app.inject({ url: `/api/v1/petrel/${path}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return (answer.json() as { data: T }).data;
}

async function post(path: string, body: object) {
  const headers = { 'content-type': 'application/json' };
  return app.inject({ method: 'POST', url: `/api/v1/petrel/${path}`, payload: JSON.stringify(body), headers });
}

async function events(path: string, body: object): Promise<readonly RehearsalEvent[]> {
  const answer = await post(path, body);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers['content-type']).toBe('application/x-ndjson');
  return answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RehearsalEvent);
}

describe('routing', () => {
  it('shows the tree in force', async () => {
    const data = await get<RoutingData>('routing');
    expect(data).toMatchObject({
      file: '/etc/alertmanager.yml',
      route: {
        receiver: 'team',
        groupBy: ['alertname'],
        groupWaitMs: 30_000,
        routes: [{ matchers: ['severity="critical"'], line: 5 }],
      },
      receivers: [{ name: 'team', integrations: ['webhook[0]'] }, { name: 'oncall' }],
      timeIntervals: [{ name: 'lunch', activeNow: false }],
      warnings: ['/etc/alertmanager.yml:1:1: a placeholder'],
    });
  });

  it('says where an alert would go, why, and when it would be muted', async () => {
    const test = async (body: object) => ((await post('routing/test', body)).json() as { data: RouteTestData }).data;
    const warning = await test({ labels: { alertname: 'X', severity: 'warning' } });
    expect(warning.visited.map(({ matched, failed }) => [matched, failed])).toEqual([
      [true, undefined],
      [false, 'severity="critical" (the alert has severity="warning")'],
    ]);
    expect(warning.destinations).toMatchObject([
      { receiver: 'team', integrations: ['webhook[0]'], groupLabels: { alertname: 'X' }, mutedBy: [] },
    ]);
    const critical = { labels: { alertname: 'X', severity: 'critical' } };
    expect((await test({ ...critical, at: '2026-03-02T12:10:00Z' })).destinations[0]?.mutedBy).toEqual(['lunch']);
    expect((await test({ ...critical, at: 'now-10m' })).destinations[0]?.mutedBy).toEqual([]);
  });
});

describe('the ledger', () => {
  it('comes newest first, filtered, with sentences', async () => {
    const { entries } = await get<LedgerData>('ledger?alertname=Busy&kind=received,resolved&start=-1h');
    expect(entries.map(({ kind }) => kind)).toEqual(['resolved', 'received', 'received']);
    expect(entries[0]?.text).toBe('Busy{instance="a", severity="warning"} ended.');
    expect(entries[0]?.time).toMatch(/^2026-03-02T12:3\d:/);
    expect((await get<LedgerData>('ledger?limit=1')).entries).toHaveLength(1);
    expect((await get<LedgerData>('ledger?limit=1&lang=zh')).entries[0]?.text).toMatch(/。$/);
  });

  it.each([
    'ledger?kind=nothing',
    'ledger?start=yesterday',
    'ledger?start=now&end=-1h',
    'explain',
    'explain?alert=%7Bbroken',
  ])('refuses %s', async (path) => expect((await app.inject({ url: `/api/v1/petrel/${path}` })).statusCode).toBe(400));

  it('is explained', async () => {
    const data = await get<ExplainData>(
      `explain?alert=${encodeURIComponent('Busy{instance="a"}')}&at=${NOON_MS / 1000 + 1200}`,
    );
    expect(data.at).toBe('2026-03-02T12:20:00.000Z');
    expect(data.candidates).toHaveLength(1);
    expect(data.alert).toMatchObject({
      state: 'firing',
      receivers: [{ receiver: 'team', reached: true, attempts: [{ ok: true }] }],
    });
    expect(data.alert?.entries.at(-1)?.text).toContain('team was told by webhook[0]');
  });
});

describe('rehearsals', () => {
  it('stream progress and a result', async () => {
    const rules = [{ name: 'new.yml', text: RULES.replace('> 5', '> 50') }];
    const all = await events('rehearse', { rules, from: '-1h' });
    expect(all[0]).toEqual({ event: 'progress', done: 0, total: 1, doing: 'starting' });
    expect(all.at(-2)).toMatchObject({ event: 'progress', done: 1000, total: 1000 });
    const last = all.at(-1);
    if (last?.event !== 'result') throw new Error(JSON.stringify(last));
    expect(last.result).toMatchObject({
      from: '2026-03-02T12:00:00.000Z',
      to: '2026-03-02T13:00:00.000Z',
      warnings: [],
    });
    expect(last.result.proposed.notifications).toEqual([]);
    expect(last.result.current.notifications.length).toBeGreaterThan(1);
    expect(last.result.difference.lost).toEqual(last.result.current.notifications);
    expect(Object.keys(last.result.current.perReceiverHour.team ?? {})).toEqual(['2026-03-02T12:00:00.000Z']);
  });

  it('refuse configurations that do not load with everything that is wrong', async () => {
    const answer = await post('rehearse', {
      rules: [{ name: 'x.yml', text: 'groups: [{name: a, rules: [{alert: A, expr: "((("}, {alert: B, expr: ")"}]}]' }],
    });
    expect(answer.statusCode).toBe(400);
    const { error, code } = answer.json() as { error: string; code: string };
    expect(code).toBe('CONFIG_INVALID');
    expect(error.match(/x\.yml:1:/g)).toHaveLength(2);
    expect((await post('rehearse', { from: 'now', to: '-1h' })).statusCode).toBe(400);
    expect((await post('rehearse', { routing: 'text' })).statusCode).toBe(400);
  });

  it('sweep thresholds', async () => {
    const all = await events('rehearse/sweep', {
      group: 'g',
      alert: 'Busy',
      thresholds: [5, 50],
      forMs: [0, 120_000],
      from: '-1h',
    });
    const last = all.at(-1) as unknown as { event: string; result: SweepData };
    expect(last.event).toBe('result');
    expect(last.result).toMatchObject({ threshold: 5, forMs: 120_000, thresholds: [5, 50], forsMs: [0, 120_000] });
    expect(last.result.cells.map((row) => row.map(({ fired }) => fired))).toEqual([
      [2, 2],
      [0, 0],
    ]);
    expect((await post('rehearse/sweep', { alert: 'Nothing' })).statusCode).toBe(404);
  });

  it('tell what a silence would have hidden', async () => {
    const preview = async (matchers: object[]) =>
      (await post('silences/preview', { matchers, from: '-1h' })).json() as { data: SilencePreviewData };
    const { data } = await preview([{ name: 'instance', value: 'a', type: '=' }]);
    expect(data.active).toEqual([]);
    expect(data.notifications[0]).toMatchObject({ receiver: 'team', groupLabels: { alertname: 'Busy' }, whole: false });
    expect(data.notifications[0]?.alerts).toEqual([{ alertname: 'Busy', instance: 'a', severity: 'warning' }]);
    const all = (await preview([{ name: 'alertname', value: 'B.*', isRegex: true }])).data;
    expect(all.active.map(({ labels }) => labels.instance)).toEqual(['b']);
    expect(all.notifications.every(({ whole }) => whole)).toBe(true);
    expect((await post('silences/preview', { matchers: [{ name: 'a', value: '(', type: '=~' }] })).statusCode).toBe(
      400,
    );
    expect((await post('silences/preview', { matchers: [] })).statusCode).toBe(400);
  });
});

describe('lint', () => {
  it('looks at what is in force, or at what is given', async () => {
    const found = await get<LintData>('lint');
    expect(found.checked).toEqual({ rules: 1, routes: 2, receivers: 2 });
    expect(found.findings.map(({ check }) => check)).toEqual([
      'route-never-matches',
      'missing-annotation',
      'missing-handling',
    ]);
    const rules = [{ name: 'x.yml', text: RULES.replace('load >', 'loat >') }];
    const given = (await post('lint', { rules })).json() as { data: LintData };
    expect(given.data.findings.find(({ check }) => check === 'missing-metric')).toMatchObject({
      file: 'x.yml',
      suggestion: 'did you mean load?',
    });
    const offline = (await post('lint?data=false', { rules })).json() as { data: LintData };
    expect(offline.data.findings.some(({ check }) => check === 'missing-metric')).toBe(false);
  });
});
