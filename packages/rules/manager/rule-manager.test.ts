import { PetrelError } from '@petrel/model';
import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';
import { describe, expect, test } from 'vitest';
import type { RuleManagerConfig } from './rule-manager.ts';
import { RuleManager } from './rule-manager.ts';

const MINUTE = 60_000;
const STORE_AWAY = new PetrelError('STORE_UNAVAILABLE', 'the store is away');

function config(text: string, more: Partial<RuleManagerConfig> = {}): RuleManagerConfig {
  return { groups: groupsOf(text), evaluationIntervalMs: MINUTE, externalUrl: 'http://petrel', ...more };
}

const DOWN = `
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 1m
        labels: {severity: page}
        annotations: {summary: '{{ $labels.instance }} is {{ $value }}'}
`;

/** Evaluations fall into the minute at some offset: `minutes(n)` is just past the n-th. */
async function started(world: FakeWorld, first: RuleManagerConfig, options: { restore?: false } = { restore: false }) {
  const manager = new RuleManager(world.ports, options);
  await manager.apply(first);
  return manager;
}

describe('RuleManager', () => {
  test('evaluates at the slots of the group and sends what fires, again after more than a minute, and its end', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x5 1x20', 'up{instance="b"} 1x25');
    const manager = await started(world, config(DOWN));
    await world.time.advance(9 * MINUTE);
    const slotMs = world.updates[0]?.atMs ?? 0;
    const minutes = world.updates.map(({ atMs, alerts, decisions }) => [
      (atMs - slotMs) / MINUTE,
      decisions.map(({ reason }) => reason).join(),
      alerts.map(({ annotations, endsAtMs }) => [annotations.get('summary'), (endsAtMs - slotMs) / MINUTE]).join(),
    ]);
    expect(slotMs).toBeLessThan(MINUTE);
    expect(minutes).toEqual([
      [0, 'pending', ''],
      [1, 'firing', 'a is 0,5'],
      [3, '', 'a is 0,7'],
      [5, '', 'a is 0,9'],
      [6, 'resolved', 'a is 0,6'],
      [8, '', 'a is 0,6'],
    ]);
    expect(world.updates[1]?.alerts[0]).toMatchObject({
      source: 'rule',
      timeout: false,
      startsAtMs: slotMs + MINUTE,
      generatorUrl: 'http://petrel/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    });
    expect(world.updates[1]?.alerts[0]?.labels.toObject()).toEqual({
      alertname: 'Down',
      instance: 'a',
      severity: 'page',
    });
    await manager.stop();
  });

  test('ALERTS and ALERTS_FOR_STATE are written, one write an evaluation, and end as stale', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x1 1x20');
    const manager = await started(world, config(DOWN));
    await world.time.advance(5 * MINUTE);
    await manager.stop();
    const from = Math.floor((world.updates[0]?.atMs ?? 0) / 1000);
    const labels = 'alertname="Down"';
    const rest = 'instance="a", severity="page"';
    expect(world.batches.map(({ rows }) => rows)).toEqual([
      {
        [`ALERTS{${labels}, alertstate="pending", ${rest}}`]: 1,
        [`ALERTS_FOR_STATE{${labels}, ${rest}}`]: from,
      },
      {
        [`ALERTS{${labels}, alertstate="firing", ${rest}}`]: 1,
        [`ALERTS_FOR_STATE{${labels}, ${rest}}`]: from,
        [`ALERTS{${labels}, alertstate="pending", ${rest}}`]: 'stale',
      },
      {
        [`ALERTS{${labels}, alertstate="firing", ${rest}}`]: 'stale',
        [`ALERTS_FOR_STATE{${labels}, ${rest}}`]: 'stale',
      },
    ]);
  });

  test('a rule sees what an earlier one of its group recorded in the same evaluation', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'a{x="1"} 1+1x10', 'a{x="2"} 10+10x10');
    const text = `
groups:
  - name: g
    query_offset: 30s
    rules:
      - {record: 'a:sum', expr: sum(a)}
      - {record: 'a:double', expr: 'a:sum * 2', labels: {x: y}}
      - {alert: Big, expr: 'a:double > 60'}
`;
    const manager = await started(world, config(text));
    await world.time.advance(4 * MINUTE);
    await manager.stop();
    const sums = world.batches.map(({ rows }) => [rows['a:sum'], rows['a:double{x="y"}']]);
    expect(sums.length).toBeGreaterThanOrEqual(3);
    for (const [sum, double] of sums) expect(double).toBe(2 * (sum as number));
    expect(world.decisions.map((line) => line.replace(/^\d+(\.\d+)? /, ''))).toEqual(['firing {x="y"}']);
    const [group] = await manager.groups();
    expect(group?.rules.map(({ health }) => health)).toEqual(['ok', 'ok', 'ok']);
  });

  test('native histograms are recorded, and read in the same evaluation', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'h {{count:3 sum:6 buckets:[3]}}x10');
    const rules = "{record: 'h:sum', expr: sum(h)}, {record: 'h:count', expr: 'histogram_count(h:sum)'}";
    const manager = await started(world, config(`groups: [{name: g, rules: [${rules}]}]`));
    await world.time.advance(MINUTE);
    await manager.stop();
    expect(world.batches.map(({ rows }) => rows)).toEqual([{ 'h:sum': 'histogram', 'h:count': 3 }]);
  });

  test.each([
    [
      "{record: r, expr: 'x', labels: {i: ''}}",
      'vector contains metrics with the same labelset after applying rule labels',
    ],
    ['{record: r, expr: x}', 'exceeded limit of 1 with 2 series'],
    [
      "{alert: a, expr: x, labels: {i: ''}}",
      'vector contains metrics with the same labelset after applying alert labels',
    ],
    ['{alert: a, expr: x}', 'exceeded limit of 1 with 2 alerts'],
    ["{record: r, expr: 'x[5m]'}", 'rule result is not a vector or scalar'],
    ["{record: r, expr: 'x * on () x'}", 'found duplicate series for the match group {}'],
  ])('%s fails with %s', async (rule, message) => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'x{i="1"} 1x10', 'x{i="2"} 1x10');
    const manager = await started(world, config(`groups: [{name: g, limit: 1, rules: [${rule}]}]`));
    await world.time.advance(MINUTE);
    expect((await manager.groups())[0]?.rules[0]).toMatchObject({
      health: 'err',
      lastError: expect.stringContaining(message),
    });
    expect(world.batches).toEqual([]);
    expect(world.logged).toHaveLength(1);
    await manager.stop();
  });

  test('a store that is away ends nothing: alerts go on and are told of again', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x60');
    const manager = await started(world, config(DOWN));
    await world.time.advance(3 * MINUTE);
    world.updates.length = 0;
    world.readFailure = STORE_AWAY;
    await world.time.advance(6 * MINUTE);
    expect(world.updates.length).toBeGreaterThanOrEqual(2);
    for (const { alerts, atMs, decisions } of world.updates) {
      expect(decisions).toEqual([]);
      expect(alerts.map(({ endsAtMs }) => endsAtMs - atMs)).toEqual([4 * MINUTE]);
      expect(alerts[0]?.annotations.get('summary')).toBe('a is 0');
    }
    const [group] = await manager.groups();
    expect(group?.rules[0]).toMatchObject({ health: 'err', lastError: 'the store is away', state: 'firing' });
    await manager.stop();
  });

  test('writes that fail are the rule’s error; what was not handed over is handed over next time', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x60');
    world.sendFailure = new Error('nobody there');
    world.writeFailure = STORE_AWAY;
    const manager = await started(world, config(DOWN));
    await world.time.advance(3 * MINUTE);
    expect((await manager.groups())[0]?.rules[0]).toMatchObject({ health: 'err', lastError: 'the store is away' });
    expect(world.updates).toEqual([]);
    world.sendFailure = undefined;
    world.writeFailure = undefined;
    await world.time.advance(MINUTE);
    expect(world.updates).toHaveLength(1);
    expect(world.updates[0]?.decisions.map(({ reason }) => reason)).toEqual(['pending', 'firing']);
    expect(world.updates[0]?.alerts).toHaveLength(1);
    await manager.stop();
  });

  test('instants that pass while an evaluation is held up are missed, and counted', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 1x60');
    const counts = new Map<string, number>();
    const ports = {
      ...world.ports,
      instruments: {
        counter: (name: string) => ({ add: (n: number) => counts.set(name, (counts.get(name) ?? 0) + n) }),
        gauge: () => ({ set() {}, remove() {} }),
        histogram: () => ({ observe() {} }),
        observableGauge() {},
      },
    };
    const manager = new RuleManager(ports, { restore: false });
    await manager.apply(config(DOWN));
    await world.time.advance(2 * MINUTE);
    const before = counts.get('petrel_rule_group_iterations_total') ?? 0;
    world.time.freeze(3 * MINUTE + 1);
    await world.time.advance(MINUTE);
    expect(counts.get('petrel_rule_group_iterations_missed_total')).toBe(2);
    expect(counts.get('petrel_rule_group_iterations_total')).toBe(before + 4);
    expect(counts.get('petrel_rule_evaluations_total')).toBe(before + 2);
    await manager.stop();
  });
});

describe('reload', () => {
  const text = (rules: string) => `groups: [{name: g, rules: [${rules}]}]`;
  const alert = "{alert: A, expr: 'x > 0', for: 2m}";
  const longer = "{alert: A, expr: 'x > 0 or vector(0) > 1', for: 2m}";

  test('an unchanged group goes on, a changed one takes over its alerts and ends the series of rules that are gone', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'x{i="1"} 1x60');
    const manager = await started(world, config(text(`{record: 'x:r', expr: x}, ${alert}`)));
    await world.time.advance(2 * MINUTE);
    expect(world.decisions).toHaveLength(1);
    await manager.apply(config(text(`{record: 'x:r', expr: x}, ${alert}`)));
    await manager.apply(config(text(longer)));
    world.batches.length = 0;
    await world.time.advance(2 * MINUTE);
    // The pending alert goes on from when it was first seen.
    expect(world.decisions.map((line) => line.split(' ')[1])).toEqual(['pending', 'firing']);
    expect(world.batches[0]?.rows['x:r{i="1"}']).toBe('stale');
    expect(world.batches[1]?.rows['x:r{i="1"}']).toBeUndefined();
    await manager.stop();
  });

  test('the series of a group that vanished end after two intervals, but not those that another group writes now', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'x{i="1"} 1x60');
    const manager = await started(world, config(text("{record: 'x:a', expr: x}, {record: 'x:b', expr: x}")));
    await world.time.advance(2 * MINUTE);
    await manager.apply(config("groups: [{name: other, rules: [{record: 'x:b', expr: x}]}]"));
    world.batches.length = 0;
    await world.time.advance(3 * MINUTE);
    const stale = world.batches.flatMap(({ rows }) => Object.keys(rows).filter((name) => rows[name] === 'stale'));
    expect(stale).toEqual(['x:a{i="1"}']);
    expect((await manager.groups()).map(({ name }) => name)).toEqual(['other']);
    await manager.stop();
  });
});

describe('restore after a restart', () => {
  async function restarted(world: FakeWorld, forText: string, downMinutes: number) {
    const text = DOWN.replace('for: 1m', `for: ${forText}`);
    const first = await started(world, config(text));
    await world.time.advance(20 * MINUTE);
    await first.stop();
    await world.time.advance(downMinutes * MINUTE);
    world.updates.length = 0;
    const second = await started(world, config(text), {});
    return second;
  }

  test('an alert that fired goes on firing, from when it was first active', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x200');
    const manager = await restarted(world, '10m', 5);
    const before = Math.floor(world.time.nowMs() / MINUTE);
    await world.time.advance(3 * MINUTE);
    const [group] = await manager.groups();
    const status = group?.rules[0];
    expect(status).toMatchObject({ restored: true, state: 'firing' });
    expect(status?.type === 'alerting' && (status.alerts[0]?.activeAtMs as number) / MINUTE).toBeLessThan(3);
    expect(before).toBeGreaterThan(20);
    await manager.stop();
  });

  test('a pending alert waits at least the grace period, and the outage does not count', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x200');
    const soon = await restarted(world, '22m', 5);
    await world.time.advance(11 * MINUTE);
    expect((await soon.groups())[0]?.rules[0]).toMatchObject({ state: 'pending' });
    await world.time.advance(3 * MINUTE);
    expect((await soon.groups())[0]?.rules[0]).toMatchObject({ state: 'firing' });
    await soon.stop();
  });

  test('after more than an hour nothing is restored', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'up{instance="a"} 0x400');
    const manager = await restarted(world, '10m', 70);
    await world.time.advance(5 * MINUTE);
    expect((await manager.groups())[0]?.rules[0]).toMatchObject({ state: 'pending', restored: true });
    await manager.stop();
  });
});
