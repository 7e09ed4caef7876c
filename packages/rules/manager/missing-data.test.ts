import { PetrelError } from '@petrel/model';
import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';
import { expect, test } from 'vitest';
import type { MissingDataPolicy } from '../rule-file/index.ts';
import { RuleManager } from './rule-manager.ts';

const MINUTE = 60_000;

interface Scene {
  readonly series: readonly string[];
  readonly expr?: string;
  readonly policy: MissingDataPolicy;
  readonly forText?: string;
  readonly minutes: number;
  /** Called at each full minute. */
  readonly at?: (minute: number, world: FakeWorld) => void;
}

/** Runs a rule over series, a sample a minute; gives its decisions as `minute reason [cause]`. */
async function play({ series, expr = 'x > 5', policy, forText = '0s', minutes, at }: Scene) {
  const world = new FakeWorld();
  world.load(0, MINUTE, ...series);
  const manager = new RuleManager(world.ports, { restore: false });
  const text = `groups: [{name: g, rules: [{alert: A, expr: '${expr}', for: ${forText}}]}]`;
  await manager.apply({ groups: groupsOf(text), evaluationIntervalMs: MINUTE, missingData: policy });
  for (let minute = 0; minute < minutes; minute++) {
    at?.(minute, world);
    await world.time.advance(MINUTE);
  }
  const groups = await manager.groups();
  await manager.stop();
  const told = world.updates.flatMap(({ decisions }) =>
    decisions.map(({ tMs, reason, detail, labels }) => {
      const cause = detail.cause === undefined ? '' : ` ${String(detail.cause)}`;
      return `${Math.floor(tMs / MINUTE)} ${labels.get('i')} ${reason}${cause}`;
    }),
  );
  const rule = groups[0]?.rules[0];
  return { told, alerts: rule?.type === 'alerting' ? rule.alerts : [], world };
}

const VANISHES = ['x{i="1"} 9 9 9 stale', 'x{i="2"} 9 9 9 1x20'];

test('resolve: an alert ends whether its condition or its data is gone', async () => {
  const { told } = await play({ series: VANISHES, policy: 'resolve', minutes: 5 });
  expect(told).toEqual(['0 1 firing', '0 2 firing', '3 1 resolved', '3 2 resolved']);
});

test('keep: an alert whose data is gone stays and says so; its condition alone ends it', async () => {
  const { told, alerts } = await play({ series: VANISHES, policy: 'keep', minutes: 6 });
  expect(told).toEqual(['0 1 firing', '0 2 firing', '3 1 kept_missing_data missing_data', '3 2 resolved']);
  expect(alerts).toMatchObject([{ state: 'firing', missing: true, value: 9 }]);
});

test('keep: when the data is back, the condition counts again', async () => {
  const series = ['x{i="1"} 9 9 stale _ 9 stale _ 1x20'];
  const { told, alerts } = await play({ series, policy: 'keep', minutes: 9 });
  expect(told).toEqual([
    '0 1 firing',
    '2 1 kept_missing_data missing_data',
    '4 1 data_returned',
    '5 1 kept_missing_data missing_data',
    '7 1 resolved',
  ]);
  expect(alerts).toEqual([]);
});

test('keep: a pending alert stays pending', async () => {
  const { told, alerts } = await play({ series: ['x{i="1"} 9 stale'], policy: 'keep', forText: '2m', minutes: 6 });
  expect(told).toEqual(['0 1 pending', '1 1 kept_missing_data missing_data']);
  expect(alerts).toMatchObject([{ state: 'pending', missing: true }]);
});

test('keep: an expression that cannot be split is left to its condition', async () => {
  const { told } = await play({ series: VANISHES, expr: 'count by (i) (x > 5) > 0', policy: 'keep', minutes: 5 });
  expect(told).toEqual(['0 1 firing', '0 2 firing', '3 1 resolved', '3 2 resolved']);
});

test('keep: data is asked for only when an alert vanished', async () => {
  const { world } = await play({ series: ['x{i="1"} 9x20'], policy: 'keep', minutes: 5 });
  expect(world.selects).toBe(5);
});

test('keep: while the data cannot be asked for, nothing ends', async () => {
  let asked = 0;
  const { told } = await play({
    series: ['x{i="1"} 9 9 9 1x20'],
    policy: 'keep',
    minutes: 6,
    at: (minute, world) => {
      // The second query of an evaluation is the one for the data.
      if (minute !== 3) return;
      const select = world.memory.select.bind(world.memory);
      world.memory.select = async (request) => {
        if (++asked === 2) throw new PetrelError('STORE_UNAVAILABLE', 'away');
        return select(request);
      };
    },
  });
  expect(told).toEqual(['0 1 firing', '4 1 resolved']);
});

test('alert: a series that was there and is gone alerts after `for`, and ends when it is back', async () => {
  const series = ['x{i="1"} 1 1 stale _ _ _ 1x20', 'x{i="2"} 1x20'];
  const { told, alerts } = await play({ series, policy: 'alert', forText: '2m', minutes: 9 });
  expect(told).toEqual(['2 1 pending missing_data', '4 1 firing missing_data', '6 1 resolved']);
  expect(alerts).toEqual([]);
});

test('alert: one that fires goes on when its data goes, and when the data is back with the condition', async () => {
  const series = ['x{i="1"} 9 9 stale _ 9x20'];
  const { told, alerts } = await play({ series, policy: 'alert', minutes: 7 });
  expect(told).toEqual(['0 1 firing', '4 1 data_returned']);
  expect(alerts).toMatchObject([{ state: 'firing', missing: false }]);
});
