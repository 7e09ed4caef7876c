import { AlertRunner, loadRoutingConfig, type NotifierTools } from '@petrel/alerts';
import type { IntegrationKind } from '@petrel/alerts/notify/integration.ts';
import { INTEGRATIONS } from '@petrel/alerts/notify/integrations.ts';
import { MemoryStateStore } from '@petrel/alerts/runner/memory-state-store.test-support.ts';
import { rehearse } from '@petrel/insight';
import { fingerprintOf, Labels, type LedgerEntry, noInstruments, type Silence, silentLogger } from '@petrel/model';
import { RuleManager } from '@petrel/rules';
import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';
import { expect, it } from 'vitest';

const HOUR = 3_600_000;
/** A Friday, so that the mute of the weekend begins within the day. */
const START_MS = Date.UTC(2026, 10, 27, 6);
const DAY_MS = 24 * HOUR;
/** Before the day nothing fired: a rehearsal begins to watch earlier than it tells. */
const QUIET_MS = 4 * HOUR;

const RULES = `
groups:
  - name: services
    interval: 1m
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: { priority: P0 }
      - alert: Errors
        expr: errors / 100 > 0.8
        for: 5m
        keep_firing_for: 10m
        labels: { priority: P1 }
        annotations: { summary: "{{ $labels.instance }}: {{ $value }}" }
  - name: recorded
    interval: 2m
    rules:
      - record: service:errors:avg
        expr: avg by (service) (errors)
      - alert: ServiceErrors
        expr: service:errors:avg > 55
        for: 4m
        labels: { priority: P3 }
      - alert: NoErrorsAtAll
        expr: absent(errors{service="s0"})
        labels: { priority: P2 }
`;

const ROUTING = `
route:
  receiver: default
  group_by: [alertname, service]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 3h
  routes:
    - matchers: [priority="P0"]
      receiver: oncall
      group_wait: 10s
      repeat_interval: 1h
      continue: true
    - matchers: [priority="P3"]
      receiver: team
      group_by: ['...']
      mute_time_intervals: [weekend]
    - matchers: [priority=~"P0|P1"]
      receiver: team
time_intervals:
  - name: weekend
    time_intervals: [{ weekdays: [saturday, sunday] }]
inhibit_rules:
  - source_matchers: [alertname="Down"]
    target_matchers: [alertname="Errors"]
    equal: [instance]
receivers:
  - name: default
    webhook_configs: [{ url: 'http://default' }]
  - name: oncall
    webhook_configs: [{ url: 'http://a' }, { url: 'http://b', send_resolved: false }]
  - name: team
    webhook_configs: [{ url: 'http://team' }]
`;

/** Somebody's silence in the middle of the day. */
const SILENCE: Silence = {
  id: 'noon',
  matchers: [{ name: 'instance', type: '=', value: 's1-0' }],
  startsAtMs: START_MS + 6 * HOUR,
  endsAtMs: START_MS + 8 * HOUR,
  updatedAtMs: START_MS,
  createdBy: 'me',
  comment: 'maintenance',
};

/** A day of three services with four instances: errors wander, now and then an instance is down, or silent for a while. */
function record(world: FakeWorld): void {
  let seed = 20_261_127;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  for (let service = 0; service < 3; service++) {
    for (let i = 0; i < 4; i++) {
      const own = { service: `s${service}`, instance: `s${service}-${i}` };
      const up: { tMs: number; value: number }[] = [];
      const errors: { tMs: number; value: number }[] = [];
      let level = 50;
      let downUntil = 0;
      let silentUntil = 0;
      for (let tMs = START_MS - QUIET_MS; tMs <= START_MS + DAY_MS; tMs += 30_000) {
        if (tMs < START_MS) {
          up.push({ tMs, value: 1 });
          errors.push({ tMs, value: 0 });
          continue;
        }
        if (random() < 0.002) downUntil = tMs + random() * HOUR;
        if (random() < 0.001) silentUntil = tMs + random() * HOUR;
        level = Math.min(100, Math.max(0, level + (random() - 0.5) * 12));
        if (tMs < silentUntil) continue;
        up.push({ tMs, value: tMs < downUntil ? 0 : 1 });
        errors.push({ tMs, value: level });
      }
      world.memory.write(Labels.of({ __name__: 'up', ...own }), up);
      world.memory.write(Labels.of({ __name__: 'errors', ...own }), errors);
    }
  }
}

it('a rehearsal over a recorded day gives exactly the notifications that the live run wrote to the ledger', async () => {
  const world = new FakeWorld(START_MS);
  record(world);
  const store = new MemoryStateStore();
  await store.commit({ ...nothing(), putSilences: [SILENCE] });
  const kinds: IntegrationKind[] = INTEGRATIONS.map((kind) => ({
    ...kind,
    create: () => ({ notify: async () => ({ ok: true, detail: '200' }), close() {} }),
  }));
  const { config: routing } = loadRoutingConfig({ text: ROUTING, cwd: '/', integrations: kinds });
  const engineConfig = { routing, aggregation: [], language: 'en' as const };
  const { time } = world;
  const runner = await AlertRunner.start({
    store,
    clock: time,
    timers: time,
    logger: silentLogger,
    instruments: noInstruments,
    config: engineConfig,
    tools: {} as NotifierTools,
    newId: () => 'id',
  });
  const groups = groupsOf(RULES);
  const rules = new RuleManager({ ...world.ports, alerts: { send: (update) => runner.send(update) } });
  await rules.apply({ groups, evaluationIntervalMs: 60_000 });
  await time.advance(DAY_MS);
  await rules.stop();
  await runner.stop();

  const configuration = { rules: groups, engineConfig };
  const result = await rehearse({
    proposed: configuration,
    current: configuration,
    settings: { source: world.source, engineOver: world.engineOver, evaluationIntervalMs: 60_000 },
    silences: [SILENCE],
    startMs: START_MS,
    endMs: START_MS + DAY_MS - 1_000,
  });

  const live = liveNotifications(store.ledger, START_MS + DAY_MS - 1_000);
  const rehearsed = result.proposed.notifications.map(
    ({ tMs, receiver, integrations, groupKey, reason, firing, resolved }) => ({
      tMs,
      receiver,
      groupKey,
      reason,
      integrations: [...integrations].sort(),
      firing: firing.map(fingerprintOf).sort(),
      resolved: resolved.map(fingerprintOf).sort(),
    }),
  );
  expect(live.length).toBeGreaterThan(60);
  expect(new Set(live.map(({ reason }) => reason))).toEqual(
    new Set(['first_notification', 'new_alerts', 'all_resolved', 'some_resolved', 'repeat_interval']),
  );
  expect(new Set(store.ledger.filter(({ kind }) => kind === 'suppressed').map(({ reason }) => reason))).toEqual(
    new Set(['inhibited', 'silenced', 'muted_by_interval']),
  );
  expect(rehearsed.sort(byTime)).toEqual(live.sort(byTime));
  expect(result.difference).toEqual({ gained: [], lost: [], moved: [] });
}, 120_000);

interface Told {
  readonly tMs: number;
  readonly receiver: string;
  readonly groupKey: string;
  readonly reason: string;
  readonly integrations: readonly string[];
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

/** What the ledger says was delivered: one for each look, receiver and group, whatever carried it. */
function liveNotifications(ledger: readonly LedgerEntry[], untilMs: number): Told[] {
  const told = new Map<string, Told>();
  for (const { kind, detail, receiver, groupKey, reason, integration } of ledger) {
    if (kind !== 'notified' || (detail.lookMs as number) > untilMs) continue;
    const tMs = detail.lookMs as number;
    const key = `${tMs} ${receiver} ${groupKey}`;
    const known = told.get(key);
    const resolved = [...(detail.resolved as string[])].sort();
    told.set(key, {
      tMs,
      receiver,
      groupKey,
      reason: known?.reason ?? reason,
      integrations: [...(known?.integrations ?? []), integration].sort(),
      firing: [...(detail.firing as string[])].sort(),
      resolved: known === undefined || resolved.length > known.resolved.length ? resolved : known.resolved,
    });
  }
  return [...told.values()];
}

function byTime(a: Told, b: Told): number {
  return a.tMs - b.tMs || (`${a.receiver} ${a.groupKey}` < `${b.receiver} ${b.groupKey}` ? -1 : 1);
}

function nothing() {
  const none: never[] = [];
  return {
    putAlerts: none,
    dropAlerts: none,
    putSilences: none as Silence[],
    dropSilences: none,
    putGroups: none,
    dropGroups: none,
    putNotifications: none,
    dropNotifications: none,
    putFlaps: none,
    dropFlaps: none,
    ledger: none,
  };
}
