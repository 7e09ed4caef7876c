import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertInstance, LabelledSample, RuleAlerts } from './alert-instance.ts';
import { NO_ALERTS } from './alert-instance.ts';
import type { AlertTiming, StepInput } from './step.ts';
import { RESOLVED_RETENTION_MS, stepAlerts } from './step.ts';

const MINUTE = 60_000;

function sample(name: string, value = 1): LabelledSample {
  const labels = Labels.of({ a: name });
  return { labels: labels.with('alertname', 'X'), sample: { labels, value } };
}

/** Steps a minute apart; each word is the series that hold then. Gives the transitions and states after each. */
function run(timing: Partial<AlertTiming>, steps: readonly string[], more: Partial<StepInput> = {}): string[] {
  let alerts: RuleAlerts = NO_ALERTS;
  return steps.map((names, k) => {
    const samples = [...names].map((name) => sample(name));
    const full = { forMs: 0, keepFiringForMs: 0, limit: 0, ...timing };
    const result = stepAlerts({ timing: full, alerts, samples, tMs: k * MINUTE, ...more });
    alerts = result.alerts;
    const states = [...alerts.values()].map((alert) => `${alert.labels.get('a')}:${alert.state}`).sort();
    const changes = result.transitions.map(({ alert, reason }) => `${alert.labels.get('a')} ${reason}`);
    return `${states.join(' ')}|${changes.join(', ')}${result.error === undefined ? '' : `|${result.error}`}`;
  });
}

describe('stepAlerts', () => {
  test('without `for` an alert fires at once, and ends when it is not there', () => {
    expect(run({}, ['a', 'ab', 'b', 'b'])).toEqual([
      'a:firing|a firing',
      'a:firing b:firing|b firing',
      'a:inactive b:firing|a resolved',
      'a:inactive b:firing|',
    ]);
  });

  test('`for`: pending first, then firing; pending that vanishes leaves nothing behind', () => {
    expect(run({ forMs: 2 * MINUTE }, ['a', 'ab', 'a', '', 'a'])).toEqual([
      'a:pending|a pending',
      'a:pending b:pending|b pending',
      'a:firing|a firing, b inactive',
      'a:inactive|a resolved',
      'a:pending|a pending',
    ]);
  });

  test('`keep_firing_for` holds on after the condition, counted from when it ceased', () => {
    expect(run({ keepFiringForMs: 2 * MINUTE }, ['a', '', '', '', 'a', '', 'a', '', '', ''])).toEqual([
      'a:firing|a firing',
      'a:firing|',
      'a:firing|',
      'a:inactive|a resolved',
      'a:firing|a firing',
      'a:firing|',
      'a:firing|',
      'a:firing|',
      'a:firing|',
      'a:inactive|a resolved',
    ]);
  });

  test('the same labels twice are an error that changes nothing', () => {
    expect(run({}, ['a', 'aa', 'a'])).toEqual([
      'a:firing|a firing',
      'a:firing||vector contains metrics with the same labelset after applying alert labels',
      'a:firing|',
    ]);
  });

  test('more alerts than the limit are an error that clears all', () => {
    expect(run({ limit: 1 }, ['a', 'ab', 'a'])).toEqual([
      'a:firing|a firing',
      '|a limit_exceeded|exceeded limit of 1 with 2 alerts',
      'a:firing|a firing',
    ]);
  });

  test('an alert whose data is gone stays as it is, and says so once', () => {
    const isDataGone = ({ labels }: AlertInstance) => labels.get('a') === 'a';
    expect(run({ forMs: MINUTE }, ['ab', 'ab', '', '', 'a', ''], { isDataGone })).toEqual([
      'a:pending b:pending|a pending, b pending',
      'a:firing b:firing|a firing, b firing',
      'a:firing b:inactive|a kept_missing_data, b resolved',
      'a:firing b:inactive|',
      'a:firing b:inactive|a data_returned',
      'a:firing b:inactive|a kept_missing_data',
    ]);
  });

  test('what ended is kept for a quarter of an hour', () => {
    const steps = run({}, ['a', '', ...new Array<string>(16).fill('')]);
    const retained = steps.filter((line) => line.startsWith('a:inactive')).length;
    expect(retained).toBe(1 + RESOLVED_RETENTION_MS / MINUTE);
    expect(steps.at(-1)).toBe('|');
  });

  test('a rule that waits longer now takes a firing alert back to pending', () => {
    const first = stepAlerts({
      timing: { forMs: 0, keepFiringForMs: 0, limit: 0 },
      alerts: NO_ALERTS,
      samples: [sample('a')],
      tMs: 0,
    });
    const [alert] = first.alerts.values();
    const alerts = new Map([[alert?.labels.key ?? '', { ...(alert as AlertInstance), lastSentAtMs: 0 }]]);
    const next = stepAlerts({
      timing: { forMs: 5 * MINUTE, keepFiringForMs: 0, limit: 0 },
      alerts,
      samples: [sample('a')],
      tMs: MINUTE,
    });
    expect([...next.alerts.values()]).toMatchObject([
      { state: 'pending', firedAtMs: undefined, lastSentAtMs: undefined },
    ]);
  });
});

test('whatever the samples: never firing before `for`, nothing lost, states follow from the samples', () => {
  const vectors = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), { maxLength: 40 });
  const minutes = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(vectors, minutes, minutes, (steps, hold, keep) => {
      const timing = { forMs: hold * MINUTE, keepFiringForMs: keep * MINUTE, limit: 0 };
      let alerts: RuleAlerts = NO_ALERTS;
      const heldFor = new Map<string, number>();
      const goneFor = new Map<string, number>();
      steps.forEach((names, k) => {
        const before = alerts;
        const result = stepAlerts({ timing, alerts, samples: names.map((name) => sample(name)), tMs: k * MINUTE });
        alerts = result.alerts;
        for (const name of ['a', 'b', 'c'] as const) {
          const holds = names.includes(name);
          const alert = alerts.get(sample(name).labels.key);
          const old = before.get(sample(name).labels.key);
          goneFor.set(name, holds ? 0 : (goneFor.get(name) ?? 0) + 1);
          const stays = holds || (old?.state === 'firing' && (goneFor.get(name) as number) <= keep);
          heldFor.set(name, stays ? (heldFor.get(name) ?? 0) + 1 : 0);
          const expected = !stays ? undefined : (heldFor.get(name) as number) > hold ? 'firing' : 'pending';
          expect(alert?.state === 'inactive' ? undefined : alert?.state).toBe(expected);
          if (expected === 'firing')
            expect((alert?.firedAtMs as number) - (alert?.activeAtMs as number)).toBe(hold * MINUTE);
          const changed = (old?.state ?? 'inactive') !== (alert?.state ?? 'inactive');
          const told = result.transitions.some((one) => one.alert.labels.get('a') === name);
          expect(told).toBe(changed);
        }
      });
    }),
    { numRuns: 300 },
  );
});
