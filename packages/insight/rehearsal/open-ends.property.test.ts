import { AlertSimulation } from '@petrel/alerts';
import { simulateGroups } from '@petrel/rules/simulation/simulate-groups.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineConfigOf, NOON_MS, rulesOf, settingsOver, sourceOf } from '../fake-world.ts';
import { rehearse } from './rehearse.ts';

// Looks at groups never fall on the instant of an evaluation: which comes first then depends on when each was put on the list.
const ROUTING = `
route:
  receiver: team
  group_by: [alertname]
  group_wait: 31s
  group_interval: 127s
  repeat_interval: 613s
receivers:
  - name: team
    webhook_configs: [{url: 'http://team/'}]
inhibit_rules:
  - source_matchers: [alertname="Worse"]
    target_matchers: [alertname="Busy"]
    equal: [instance]
`;

const END_MS = NOON_MS + 60 * 60_000;

interface Case {
  readonly intervalS: number;
  readonly forS: number;
  readonly keepS: number;
  readonly limit: number;
  /** By instance. */
  readonly values: readonly (readonly (number | undefined)[])[];
}

const run = fc.record({ value: fc.constantFrom(0, 6, 9, undefined), length: fc.integer({ min: 1, max: 40 }) });
const instance = fc
  .array(run, { minLength: 3, maxLength: 10 })
  .map((runs) => runs.flatMap(({ value, length }) => Array.from({ length }, () => value)).slice(0, 120));
const scenario: fc.Arbitrary<Case> = fc.record({
  intervalS: fc.constantFrom(15, 30, 60, 90),
  forS: fc.constantFrom(0, 60, 300),
  keepS: fc.constantFrom(0, 120),
  limit: fc.constantFrom(0, 0, 2),
  values: fc.array(instance, { minLength: 1, maxLength: 4 }),
});

function worldOf({ intervalS, forS, keepS, limit, values }: Case) {
  const rules = rulesOf(`
groups:
  - name: g
    interval: ${intervalS}s
    limit: ${limit}
    rules:
      - {alert: Busy, expr: load > 5, for: ${forS}s, keep_firing_for: ${keepS}s}
      - {alert: Worse, expr: load > 8}
`);
  const series = values.map((one, i) => ({ labels: { __name__: 'load', instance: `i${i}` }, values: one }));
  return { rules, settings: settingsOver(sourceOf(series)), engineConfig: engineConfigOf(ROUTING) };
}

/** What the engine sends when it hears every repetition, as it does live. */
async function liveNotifications(one: Case): Promise<readonly string[]> {
  const { rules, settings, engineConfig } = worldOf(one);
  const startMs = NOON_MS - 3_600_000;
  const { evaluations } = await simulateGroups({ ...settings, groups: rules, startMs, endMs: END_MS });
  const simulation = new AlertSimulation({ config: engineConfig, silences: [], startMs, endMs: END_MS });
  for (const { atMs, alerts } of evaluations) if (alerts.length > 0) simulation.update({ atMs, alerts });
  simulation.finish();
  return simulation.deliveries.map(({ tMs, delivery: { notification } }) => {
    const told = notification.alerts.map(({ status, labels }) => `${status} ${labels}`);
    return JSON.stringify([tMs, notification.reason, told.sort()]);
  });
}

async function rehearsedNotifications(one: Case): Promise<readonly string[]> {
  const { rules, settings, engineConfig } = worldOf(one);
  const configuration = { rules, engineConfig };
  const { proposed } = await rehearse({
    proposed: configuration,
    current: configuration,
    settings,
    silences: [],
    startMs: NOON_MS,
    endMs: END_MS,
  });
  return proposed.notifications.map(({ tMs, reason, firing, resolved }) => {
    const told = [...firing.map((labels) => `firing ${labels}`), ...resolved.map((labels) => `resolved ${labels}`)];
    return JSON.stringify([tMs, reason, told.sort()]);
  });
}

describe('alerts with open ends', () => {
  it('are notified as those that are told of again and again', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        expect(await rehearsedNotifications(one)).toEqual(await liveNotifications(one));
      }),
      { numRuns: 60 },
    );
  });

  it('end by themselves when their rule falls silent', async () => {
    const flat = (value: number, from: number) => Array.from({ length: 120 }, (_, i) => (i < from ? 0 : value));
    const one = { intervalS: 30, forS: 0, keepS: 0, limit: 2, values: [flat(6, 5), flat(6, 15), flat(6, 40)] };
    const live = await liveNotifications(one);
    expect(live.at(-1)).toContain('all_resolved');
    expect(await rehearsedNotifications(one)).toEqual(live);
  });
});
