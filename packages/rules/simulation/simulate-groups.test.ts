import { PetrelError } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query/promql';
import { createPromqlEngine } from '@petrel/query/promql';
import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleManager } from '../manager/rule-manager.ts';
import type { SimulationOptions } from './simulate-groups.ts';
import { simulateGroups } from './simulate-groups.ts';

const MINUTE = 60_000;
const STEP = 15_000;

const RULES = `
groups:
  - name: first
    interval: 30s
    rules:
      - {record: 'job:errors:rate', expr: 'sum by (job) (rate(errors_total[2m]))'}
      - {record: 'job:errors:twice', expr: 'job:errors:rate * 2', labels: {kind: twice}}
      - alert: Errors
        expr: 'job:errors:twice > 0.5'
        for: 1m
        keep_firing_for: 45s
        labels: {level: '{{ if gt $value 1.0 }}high{{ else }}low{{ end }}'}
        annotations: {summary: '{{ $labels.job }}: {{ $value | humanize }}', now: '{{ with query "up" }}{{ len . }}{{ end }}'}
  - name: second
    query_offset: 20s
    rules:
      - {alert: Kept, expr: 'up == 0', for: 1m, annotations: {petrel_missing_data: keep}}
      - {alert: Gone, expr: 'up == 0', for: 1m, annotations: {petrel_missing_data: alert}}
      - {alert: Many, expr: 'count(ALERTS{alertstate="firing", alertname!="Many"}) > 1'}
      - {alert: Broken, expr: 'up * on (job) up > 0'}
  - name: limited
    limit: 1
    rules:
      - {alert: Limited, expr: 'up == 0'}
      - {record: up:copy, expr: up}
      - {alert: Copied, expr: 'up:copy == 0'}
  - name: circle
    rules:
      - {record: 'loop:a', expr: 'sum(up) + 0 * (loop:b or vector(0))'}
      - {record: 'loop:b', expr: 'loop:a + (loop:b or vector(0))'}
      - {alert: Loop, expr: 'loop:b > 20'}
`;

async function liveUpdates(world: FakeWorld, text: string, startMs: number, endMs: number) {
  const manager = new RuleManager(world.ports, { restore: false });
  await world.time.advance(startMs - 1);
  await manager.apply({ groups: groupsOf(text), evaluationIntervalMs: MINUTE, externalUrl: 'http://p' });
  await world.time.advance(endMs - world.time.nowMs());
  await manager.stop();
  return world.updates;
}

function simulation(world: FakeWorld, text: string, more: Partial<SimulationOptions> = {}) {
  return simulateGroups({
    groups: groupsOf(text),
    engineOver: world.engineOver,
    source: world.source,
    startMs: 0,
    endMs: 0,
    evaluationIntervalMs: MINUTE,
    externalUrl: 'http://p',
    ...more,
  });
}

/** The updates in a form that can be compared; groups at the same instant in any order. */
function comparable(updates: readonly { atMs: number; alerts: unknown; decisions: unknown }[]): string[] {
  return updates.map(({ atMs, alerts, decisions }) => JSON.stringify([atMs, alerts, decisions], labelsAsText)).sort();
}

function labelsAsText(_: string, value: unknown): unknown {
  return value !== null && typeof value === 'object' && 'pairs' in value ? (value as { pairs: unknown }).pairs : value;
}

function series(random: readonly number[], i: number): string {
  // Gaps, staleness, going up and down.
  const values = random.map((n) => (n === 0 ? '_' : n === 1 ? 'stale' : n < 4 ? '0' : '1'));
  return `up{job="j${i % 2}", instance="i${i}"} ${values.join(' ')}`;
}

function loaded(rows: readonly (readonly number[])[], errors: readonly number[]): FakeWorld {
  const world = new FakeWorld();
  world.load(0, STEP, ...rows.map(series));
  let total = 0;
  const counter = errors.map((n) => {
    total = n === 0 ? 0 : total + n;
    return total;
  });
  world.load(0, STEP, `errors_total{job="j0", instance="i0"} ${counter.join(' ')}`);
  return world;
}

describe('simulateGroups', () => {
  const row = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 40, maxLength: 60 });
  const counter = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 40, maxLength: 60 });

  test('yields exactly what the rules would have sent live', { timeout: 120_000 }, async () => {
    let told = 0;
    const reasons = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 2, maxLength: 4 }),
        counter,
        fc.integer({ min: 2, max: 30 }),
        async (rows, errors, maxSteps) => {
          const [startMs, endMs] = [2 * MINUTE, 12 * MINUTE];
          const live = await liveUpdates(loaded(rows, errors), RULES, startMs, endMs);
          const { evaluations } = await simulation(loaded(rows, errors), RULES, { startMs, endMs, maxSteps });
          told += evaluations.length;
          for (const { reason } of live.flatMap(({ decisions }) => decisions)) reasons.add(reason);
          expect(comparable(evaluations)).toEqual(comparable(live));
        },
      ),
      { numRuns: 12 },
    );
    expect(told).toBeGreaterThan(50);
    // Otherwise it would be the same for want of anything happening.
    expect([...reasons].sort()).toEqual([
      'data_returned',
      'firing',
      'inactive',
      'kept_missing_data',
      'limit_exceeded',
      'pending',
      'resolved',
    ]);
  });

  test('asks one range query for each rule that can be asked so, and none for what nobody reads', async () => {
    const world = loaded([[0, 4, 2, 2, 2, 2, 2, 2, 2, 2]], [1, 2, 3]);
    const asked: string[] = [];
    const engineOver = (source: Parameters<typeof createPromqlEngine>[0]['source']): PromqlEngine => {
      const engine = createPromqlEngine({ source });
      return {
        instant: (request) => {
          asked.push(`instant ${request.query}`);
          return engine.instant(request);
        },
        range: (request) => {
          asked.push(`range ${request.query}`);
          return engine.range(request);
        },
      };
    };
    const text = `
groups:
  - name: g
    rules:
      - {record: read, expr: up}
      - {record: unread, expr: up * 2}
      - {alert: A, expr: read == 0, annotations: {petrel_missing_data: keep}}
      - {alert: B, expr: up @ end() == 0}
`;
    const { evaluations, failures } = await simulation(world, text, { engineOver, startMs: 0, endMs: 2 * MINUTE });
    expect(failures).toEqual([]);
    expect(evaluations.length).toBeGreaterThan(0);
    expect(asked.filter((line) => line.startsWith('range'))).toEqual(['range up', 'range read == 0']);
    expect(asked.filter((line) => line === 'instant up @ end() == 0')).toHaveLength(2);
  });

  test('an error of one instant costs that instant only, and is reported', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'a{x="1"} 1x20', 'b{x="1", y="1"} 1x20', 'b{x="1", y="2"} _ _ _ _ _ 1 stale');
    const text = "groups: [{name: g, rules: [{alert: A, expr: 'a * on (x) b > 0'}]}]";
    const { evaluations, failures } = await simulation(world, text, { startMs: 0, endMs: 20 * MINUTE });
    expect(failures).toMatchObject([{ rule: 'A', count: 1 }]);
    expect(evaluations.flatMap(({ decisions }) => decisions.map(({ reason }) => reason))).toEqual(['firing']);
  });

  test('what the rule once recorded is out of sight from the start on', async () => {
    const world = new FakeWorld();
    world.load(0, MINUTE, 'x 1x20', 'rec 5x20');
    const text = "groups: [{name: g, rules: [{record: rec, expr: x}, {alert: A, expr: 'max_over_time(rec[3m]) > 2'}]}]";
    const { evaluations } = await simulation(world, text, { startMs: 10 * MINUTE, endMs: 20 * MINUTE });
    const changes = evaluations.flatMap(({ atMs, decisions }) =>
      decisions.map(({ reason }) => [Math.floor(atMs / MINUTE), reason]),
    );
    // The history before the start counts, as it does for rules that are new.
    expect(changes).toEqual([
      [10, 'firing'],
      [13, 'resolved'],
    ]);
  });

  test('a store that is away, or a cancellation, ends it', async () => {
    const world = loaded([[4, 4]], [1]);
    const text = 'groups: [{name: g, rules: [{alert: A, expr: up}]}]';
    world.readFailure = new PetrelError('STORE_UNAVAILABLE', 'away');
    await expect(simulation(world, text, { endMs: 5 * MINUTE })).rejects.toThrow('away');
    await expect(simulation(world, RULES, { endMs: 5 * MINUTE })).rejects.toThrow('away');
    const circle = "groups: [{name: g, rules: [{record: r, expr: 'r + up'}]}]";
    await expect(simulation(world, circle, { endMs: 5 * MINUTE })).rejects.toThrow('away');
    world.readFailure = undefined;
    const signal = AbortSignal.abort();
    for (const rules of [text, circle]) {
      await expect(simulation(world, rules, { endMs: 5 * MINUTE, signal })).rejects.toThrow('canceled');
    }
  });
});
