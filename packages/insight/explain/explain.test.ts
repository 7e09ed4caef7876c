import { AlertSimulation, type AlertView } from '@petrel/alerts';
import { AlertEngine } from '@petrel/alerts/engine/alert-engine.ts';
import { parseMatchers } from '@petrel/alerts/matcher/index.ts';
import { fingerprintOf, Labels, type LedgerEntry, type Silence } from '@petrel/model';
import { simulateGroups } from '@petrel/rules/simulation/simulate-groups.ts';
import type { GroupStatus } from '@petrel/rules/status/group-status.ts';
import { describe, expect, it } from 'vitest';
import { engineConfigOf, FakeLedger, NOON_MS, rulesOf, settingsOver, sourceOf, times } from '../fake-world.ts';
import { explain } from './explain.ts';
import type { ExplainOptions, Explanation } from './explanation.ts';
import { entryText } from './texts/sentences-in.ts';

const ROUTING = `
route:
  receiver: team
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h
  routes:
    - matchers: [severity="critical"]
      receiver: oncall
    - matchers: [team="night"]
      receiver: night
      mute_time_intervals: [lunch]
    - matchers: [team="nobody"]
      receiver: nobody
receivers:
  - name: team
    webhook_configs: [{url: 'http://team/'}]
  - name: oncall
    webhook_configs: [{url: 'http://oncall/'}]
  - name: night
    webhook_configs: [{url: 'http://night/'}]
  - name: nobody
inhibit_rules:
  - source_matchers: [alertname="Down"]
    target_matchers: [alertname="Busy"]
    equal: [instance]
time_intervals:
  - name: lunch
    time_intervals: [{times: [{start_time: '12:00', end_time: '14:00'}]}]
`;

const RULES = `
groups:
  - name: g
    interval: 30s
    rules:
      - {alert: Busy, expr: load > 5, for: 2m, labels: {severity: warning}, annotations: {summary: 'Busy {{ $labels.instance }}'}}
      - {alert: Down, expr: up == 0, labels: {severity: critical}}
      - {alert: Slow, expr: latency > 1, labels: {team: night}}
      - {alert: Full, expr: disk > 0.9, labels: {team: nobody}}
      - {alert: Rare, expr: load > 50}
      - {alert: Lost, expr: gone > 1}
`;

const config = engineConfigOf(ROUTING);
const source = sourceOf([
  { labels: { __name__: 'load', instance: 'a' }, values: [...times(20, 1), ...times(40, 8), ...times(60, 1)] },
  { labels: { __name__: 'load', instance: 'b' }, values: [...times(40, 1), ...times(40, 9), ...times(40, 1)] },
  { labels: { __name__: 'load', instance: 'c' }, values: [...times(90, 1), ...times(2, 7), ...times(28, 1)] },
  { labels: { __name__: 'up', instance: 'b' }, values: [...times(30, 1), ...times(60, 0), ...times(30, 1)] },
  { labels: { __name__: 'latency', instance: 'a' }, values: times(120, 2) },
  { labels: { __name__: 'disk', instance: 'a' }, values: times(120, 0.95) },
]);
const settings = settingsOver(source);

async function history(silences: readonly Silence[] = []): Promise<FakeLedger> {
  const span = { startMs: NOON_MS, endMs: NOON_MS + 3_600_000 };
  const { evaluations } = await simulateGroups({ ...settings, ...span, groups: rulesOf(RULES) });
  const simulation = new AlertSimulation({ config, silences, ...span });
  const decisions: LedgerEntry[] = [];
  for (const { atMs, alerts, decisions: some } of evaluations) {
    decisions.push(...some);
    if (alerts.length > 0) simulation.update({ atMs, alerts });
  }
  simulation.finish();
  // The runner writes evaluations before what the engine makes of them.
  const all = [...decisions, ...simulation.ledger].sort((a, b) => a.tMs - b.tMs);
  return new FakeLedger(all);
}

const STATUS: readonly GroupStatus[] = [
  {
    name: 'g',
    file: 'rules.yml',
    intervalMs: 30_000,
    queryOffsetMs: 0,
    limit: 0,
    evaluationTimeMs: 1,
    rules: rulesOf(RULES).flatMap(({ rules }) =>
      rules.map(({ name, expr, labels }) => ({
        type: 'alerting' as const,
        language: 'promql' as const,
        name,
        query: expr,
        labels,
        health: 'ok' as const,
        lastError: '',
        evaluationTimeMs: 1,
        state: 'inactive' as const,
        forMs: 0,
        keepFiringForMs: 0,
        annotations: {},
        alerts: [],
        restored: true,
      })),
    ),
  },
];

interface Asking {
  readonly receiver?: string;
  readonly language?: 'en' | 'zh';
  readonly ledger?: FakeLedger;
  readonly nowMinute?: number;
  readonly live?: readonly AlertView[];
}

async function ask(
  alert: string,
  minute: number,
  { receiver, language = 'en', nowMinute = 60, ...rest }: Asking = {},
): Promise<Explanation> {
  const engine = new AlertEngine(config, NOON_MS);
  const options: ExplainOptions = {
    question: { alert, atMs: NOON_MS + minute * 60_000, ...(receiver === undefined ? {} : { receiver }) },
    ledger: rest.ledger ?? (await history()),
    live: {
      alerts: rest.live ?? [],
      groups: [],
      ...(config.routing && { routing: config.routing }),
      context: engine.context,
    },
    rules: STATUS,
    engineOf: () => settings.engineOver(source),
    nowMs: NOON_MS + nowMinute * 60_000,
    parseMatchers: (text) => parseMatchers(text).value,
    language,
  };
  return explain(options);
}

/** Without seconds, which depend on where in its interval the group is evaluated. */
function masked(text: string | undefined): string {
  return (text ?? '').replaceAll(/2026-03-02 (\d\d:\d\d):\d\d UTC/g, '$1');
}

describe('an explanation', () => {
  it('says who was told, when, by what and why', async () => {
    const { alert, candidates } = await ask('Busy{instance="a"}', 20);
    expect(masked(alert?.verdict)).toBe(
      'Busy{instance="a", severity="warning"} had been firing since 12:12: team was told at 12:12 by webhook[0] (the first notification of its group).',
    );
    expect(alert).toMatchObject({
      state: 'firing',
      rule: { name: 'Busy', group: 'g', file: 'rules.yml', expr: 'load > 5', forMs: 120_000, value: '8' },
      receivers: [
        { receiver: 'team', reached: true, reason: 'notified', attempts: [{ ok: true, integration: 'webhook[0]' }] },
      ],
    });
    expect(alert?.annotations.toObject()).toEqual({ summary: 'Busy a' });
    expect(alert?.entries.map(({ kind }) => kind)).toEqual([
      'evaluation',
      'evaluation',
      'received',
      'routed',
      'notified',
    ]);
    expect(candidates[0]?.labels.get('instance')).toBe('a');
  });

  it.each([
    [
      'pending',
      'Busy{instance="a"}',
      11.5,
      {},
      'Busy{instance="a", severity="warning"} was pending, not firing: its expression held since 12:10, and the rule waits for 2m, which would be over at 12:12; the value was 8.',
    ],
    [
      'waiting for its group',
      'Busy{instance="a"}',
      12.4,
      {},
      'Busy{instance="a", severity="warning"} had been firing since 12:12, but nobody was told: team had to wait until 12:12 (group_wait of a new group); team was told at 12:12.',
    ],
    [
      'inhibited',
      'Busy{instance="b"}',
      30,
      {},
      'Busy{instance="b", severity="warning"} had been firing since 12:22, but nobody was told: team was not told, because it was inhibited by Down{instance="b", severity="critical"}, which has been firing since 12:15 (an inhibition rule, line 25), since 12:22.',
    ],
    [
      'muted',
      'Slow',
      5,
      {},
      'Slow{instance="a", team="night"} had been firing since 12:00, but nobody was told: night was not told, because it was muted by the time interval lunch, since 12:00.',
    ],
    [
      'without an integration',
      'Full',
      5,
      {},
      'Full{instance="a", team="nobody"} had been firing since 12:00, but nobody was told: nobody has no integration that is on, so nobody can be told.',
    ],
    [
      'over',
      'Busy{instance="a"}',
      50,
      {},
      'Busy{instance="a", severity="warning"} had ended at 12:30 (it fired from 12:12): team was told at 12:12 by webhook[0] (the first notification of its group).',
    ],
    [
      'gone before it fired',
      'Busy{instance="c"}',
      50,
      {},
      'Busy{instance="c", severity="warning"} was not active: its expression ceased to hold at 12:46, before its wait was over (the last value was 7).',
    ],
    [
      'asked for the wrong receiver',
      'Busy{instance="a"}',
      20,
      { receiver: 'oncall' },
      'Busy{instance="a", severity="warning"} does not go to oncall, but to team: the route needs severity="critical" (the alert has severity="warning").',
    ],
  ] as const)('%s', async (_, alert, minute, options, verdict) => {
    const text = masked((await ask(alert, minute, options)).alert?.verdict);
    const within = (one: string) => one.replaceAll(/\d\d:\d\d/g, 'T');
    expect(within(text)).toBe(within(verdict));
    const minutes = (one: string) => (one.match(/\d\d:\d\d/g) ?? []).map((time) => Number(time.slice(3)));
    for (const [i, minuteOfHour] of minutes(verdict).entries()) {
      expect(Math.abs(minuteOfHour - (minutes(text)[i] ?? 99))).toBeLessThanOrEqual(1);
    }
  });

  it('names the silence, its author and its comment', async () => {
    const silence: Silence = {
      id: 's-1',
      matchers: [{ name: 'alertname', type: '=', value: 'Busy' }],
      startsAtMs: NOON_MS,
      endsAtMs: NOON_MS + 3_600_000,
      updatedAtMs: NOON_MS,
      createdBy: 'Mia',
      comment: 'load test',
    };
    const { alert } = await ask('Busy{instance="a"}', 20, { ledger: await history([silence]) });
    expect(alert?.receivers[0]?.reason).toBe('silenced');
    expect(alert?.verdict).toContain('silenced by Mia (“load test”), silence s-1');
  });

  it('says what a silent rule saw', async () => {
    expect((await ask('Rare', 20)).notes).toEqual([
      'Rare was inactive at 2026-03-02 12:20:00 UTC: of 3 series the nearest value was 9 (load{instance="b"}), and it takes a value > 50.',
    ]);
    expect((await ask('Rare{instance="c"}', 20)).notes[0]).toContain(
      'of one series the nearest value was 1 (load{instance="c"})',
    );
    expect((await ask('Lost', 20)).notes[0]).toContain('found no series at all');
    expect((await ask('Bussy', 20)).notes).toEqual([
      'No rule is named Bussy, and no alert of that name is in the ledger. Similar names: Busy.',
    ]);
    expect((await ask('{job="x"}', 20)).notes).toEqual([
      'No alert that matches {job="x"} is in the ledger, and none fires.',
    ]);
  });

  it('prefers the alert that was active, and offers the others', async () => {
    const { candidates, notes } = await ask('Busy', 38);
    expect(candidates.map(({ labels }) => labels.get('instance'))).toEqual(['a', 'b', 'c']);
    expect(notes).toEqual(['3 alerts answer to this; the first is explained.']);
    const { fingerprint } = candidates[1] ?? { fingerprint: '' };
    expect((await ask(fingerprint, 38)).alert?.labels.get('instance')).toBe('b');
  });

  it('answers from the engine where the ledger is silent', async () => {
    const labels = Labels.of({ alertname: 'Told', severity: 'page' });
    const engine = new AlertEngine(config, NOON_MS);
    const startsAtMs = NOON_MS;
    const alert = {
      fingerprint: fingerprintOf(labels),
      labels,
      annotations: Labels.EMPTY,
      startsAtMs,
      endsAtMs: NOON_MS + 9_000_000,
      timeout: false,
      updatedAtMs: NOON_MS,
      generatorUrl: '',
      source: 'api' as const,
    };
    engine.step({ kind: 'alerts', alerts: [alert] }, NOON_MS);
    const found = await explain({
      question: { alert: 'Told', atMs: NOON_MS + 5_000 },
      ledger: new FakeLedger([]),
      live: { alerts: engine.alerts(NOON_MS), groups: engine.groups(NOON_MS), context: engine.context },
      rules: [],
      engineOf: () => settings.engineOver(source),
      nowMs: NOON_MS + 5_000,
      parseMatchers: (text) => parseMatchers(text).value,
      language: 'en',
    });
    expect(found.alert?.verdict).toContain('team had to wait until 2026-03-02 12:00:30 UTC');
    expect(found.notes).toEqual(['The ledger holds nothing about it; this is what the alert engine knows now.']);
  });

  it('speaks Chinese', async () => {
    expect(masked((await ask('Busy{instance="a"}', 20, { language: 'zh' })).alert?.verdict)).toMatch(
      /^Busy\{instance="a", severity="warning"\} 自 12:1\d 起触发:team 于 12:1\d 经 webhook\[0\] 收到通知\(该分组的首次通知\)。$/,
    );
    expect((await ask('Rare', 20, { language: 'zh' })).notes[0]).toContain('未激活');
  });
});

describe('the ledger in sentences', () => {
  const entryOf = (entry: Partial<LedgerEntry>): LedgerEntry => ({
    tMs: NOON_MS,
    kind: 'received',
    fingerprints: ['0123456789abcdef'],
    alertname: 'X',
    labels: Labels.of({ alertname: 'X' }),
    groupKey: '{}:{}',
    receiver: 'team',
    integration: 'slack[0]',
    reason: '',
    detail: {},
    ...entry,
  });

  it.each([
    [
      { kind: 'failed', reason: 'will_retry', detail: { attempt: 2, answer: 'HTTP 500', retryAtMs: NOON_MS } },
      'Attempt 2 to tell team by slack[0] failed (“HTTP 500”); the next attempt comes at 2026-03-02 12:00:00 UTC.',
    ],
    [
      { kind: 'failed', reason: 'out_of_time', detail: { attempt: 9, answer: 'HTTP 500' } },
      'Attempt 9 to tell team by slack[0] failed (“HTTP 500”); given up, out of time.',
    ],
    [
      {
        kind: 'aggregated',
        reason: 'joined',
        detail: { aggregate: { alertname: 'AggregatedAlert', service: 's' }, alerts: '7' },
      },
      'X joined AggregatedAlert{service="s"} (7 alerts).',
    ],
    [
      { kind: 'flapping', reason: 'began', detail: { changes: 6 } },
      'X flaps (6 changes): it counts as firing until it calms.',
    ],
    [{ kind: 'unsuppressed', reason: 'muted_by_interval' }, 'X is kept from team no more (muted by interval).'],
    [
      {
        kind: 'silence',
        reason: 'put',
        detail: { matchers: ['a="b"'], createdBy: 'Mia', comment: 'why', startsAtMs: NOON_MS, endsAtMs: NOON_MS },
      },
      'Mia silences {a="b"} from 2026-03-02 12:00:00 UTC to 2026-03-02 12:00:00 UTC (“why”).',
    ],
    [{ kind: 'config', reason: 'reloaded' }, 'Another routing configuration is in force.'],
    [
      { kind: 'evaluation', reason: 'limit_exceeded' },
      "X: its rule yields more alerts than the group's limit allows, and started over.",
    ],
    [{ kind: 'suppressed', reason: 'aggregated', detail: { into: 'ff' } }, 'X is kept from team: represented by ff.'],
    [
      { kind: 'suppressed', reason: 'outside_active_interval', detail: { intervals: ['office'] } },
      "X is kept from team: outside of the route's active time intervals (office).",
    ],
  ] as const)('%j', (entry, text) => {
    expect(entryText(entryOf(entry))).toBe(text);
    expect(entryText(entryOf(entry), 'zh')).toMatch(/^\S.*。$/);
    expect(entryText(entryOf(entry), 'zh')).not.toMatch(/undefined|NaN|\[object/);
  });

  it('has one for every decision, in both languages', async () => {
    const { all } = await history();
    const kinds = new Set(all.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['evaluation', 'notified', 'received', 'resolved', 'routed', 'suppressed']);
    for (const entry of all) {
      expect(entryText(entry)).toMatch(/^\S.*\.$/);
      expect(entryText(entry, 'zh')).toMatch(/^\S.*。$/);
      for (const language of ['en', 'zh'] as const)
        expect(entryText(entry, language)).not.toMatch(/undefined|NaN|\[object/);
    }
    const notified = all.find(({ kind, receiver }) => kind === 'notified' && receiver === 'team') as LedgerEntry;
    expect(entryText(notified)).toBe(
      'team was told by webhook[0] of 1 firing alert in group {alertname="Busy"}: first notification (“rehearsed”).',
    );
  });
});
