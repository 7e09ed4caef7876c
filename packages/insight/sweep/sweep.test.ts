import { parseMetricQuery } from '@petrel/query/logql/parse/index.ts';
import { parseExpr } from '@petrel/query/promql';
import { describe, expect, it } from 'vitest';
import { engineConfigOf, NOON_MS, rulesOf, settingsOver, sourceOf, times } from '../fake-world.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { chooseForsMs, chooseThresholds } from './choose-values.ts';
import { findThreshold, thresholdOf } from './find-threshold.ts';
import { sweep } from './sweep.ts';

describe('the threshold of an expression', () => {
  it.each([
    ['x > 5', '>', 5, 'x'],
    ['(rate(a[5m]) / rate(b[5m])) >= 0.05', '>=', 0.05, '(rate(a[5m]) / rate(b[5m]))'],
    ['5 < x', '>', 5, 'x'],
    ['((x == 0))', '==', 0, '((x))'],
    ['x < -2 * 3', '<', -6, 'x'],
    ['x > 0.1 and on (job) y > 3', '>', 0.1, 'x and on (job) y > 3'],
    ['(x > 1) unless y', '>', 1, '(x) unless y'],
    ['x > 5 < 10', '<', 10, 'x > 5'],
  ])('of %s', (query, op, value, valueExpr) => {
    expect(findThreshold(parseExpr(query))).toEqual({ op, value, valueExpr });
  });

  it.each(['up', 'x > y', 'x > bool 5', 'x > 1 or y > 2', 'sum(x > 5)', 'absent(x)'])('%s has none', (query) => {
    expect(findThreshold(parseExpr(query))).toBeUndefined();
  });
});

describe('the threshold of a rule on logs', () => {
  it.each([
    ['sum(rate({a="b"}[5m])) > 5', '>', 5, 'sum(rate({a="b"}[5m]))'],
    ['0.5 >= sum(rate({a="b"}[5m]))', '<=', 0.5, 'sum(rate({a="b"}[5m]))'],
  ])('of %s', (query, op, value, valueExpr) => {
    expect(thresholdOf({ language: 'logql', ast: parseMetricQuery(query) })).toEqual({ op, value, valueExpr });
  });

  it.each(['sum(rate({a="b"}[5m]))', 'sum(rate({a="b"}[5m])) > bool 5'])('%s has none', (query) => {
    expect(thresholdOf({ language: 'logql', ast: parseMetricQuery(query) })).toBeUndefined();
  });
});

describe('what is tried by default', () => {
  it('lies around the current threshold where the values are', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i / 1000);
    expect(chooseThresholds(0.9, '>', values)).toEqual([0.5, 0.75, 0.9, 0.95, 0.99, 1]);
    expect(chooseThresholds(0.1, '<', values)).toEqual([0.001, 0.01, 0.05, 0.1, 0.25, 0.5]);
    expect(chooseThresholds(8, '>', [])).toEqual([4, 6, 8, 10, 12]);
    expect(chooseThresholds(-8, '<', [])).toEqual([-12, -10, -8, -6, -4]);
    expect(chooseThresholds(0, '==', [0, 1])).toEqual([0]);
  });

  it('waits from not at all to four times as long', () => {
    expect(chooseForsMs(300_000)).toEqual([0, 150_000, 300_000, 600_000, 1_200_000]);
    expect(chooseForsMs(0)).toEqual([0, 60_000, 120_000, 300_000, 600_000]);
  });
});

describe('a sweep', () => {
  const rules = (threshold: number, forText: string) =>
    rulesOf(`
groups:
  - name: g
    interval: 30s
    rules: [{alert: Busy, expr: load > ${threshold}, for: ${forText}, annotations: {summary: '{{ $value }}'}}]
`);
  const source = sourceOf([
    {
      labels: { __name__: 'load', instance: 'a' },
      values: [...times(10, 1), ...times(20, 8), ...times(30, 1), ...times(8, 6), ...times(30, 1)],
    },
    {
      labels: { __name__: 'load', instance: 'b' },
      values: [...times(40, 2), ...times(30, 7), ...times(28, undefined)],
    },
  ]);
  const engineConfig = engineConfigOf(
    'route: {receiver: team, group_by: [instance]}\nreceivers: [{name: team, webhook_configs: [{url: "http://team/"}]}]',
  );
  const common = {
    engineConfig,
    settings: settingsOver(source),
    silences: [],
    startMs: NOON_MS,
    endMs: NOON_MS + 3_000_000,
  };

  it('says for each pair what a rehearsal of it says', async () => {
    const [group] = rules(5, '2m');
    if (group === undefined) throw new Error('no group');
    const thresholds = [1.5, 5, 7.5];
    const forsMs = [0, 120_000, 600_000];
    const found = await sweep({ ...common, group, alertName: 'Busy', thresholds, forsMs });
    expect(found).toMatchObject({ expr: 'load > 5', threshold: 5, forMs: 120_000, thresholds, forsMs });
    for (const [i, threshold] of thresholds.entries()) {
      for (const [j, forMs] of forsMs.entries()) {
        const configuration = { rules: rules(threshold, `${forMs / 1000}s`), engineConfig };
        const { proposed } = await rehearse({ ...common, proposed: configuration, current: configuration });
        expect(found.cells[i]?.[j], `${threshold} for ${forMs}`).toEqual({
          fired: proposed.alerts,
          notifications: proposed.notifications.length,
          firingMs: proposed.rules.reduce((sum, rule) => sum + rule.firingMs, 0),
        });
      }
    }
    expect(found.cells[1]?.[0]?.fired).toBe(3);
    expect(found.cells[2]?.[2]?.fired).toBe(0);
  });

  it('chooses for itself, and refuses what cannot be varied', async () => {
    const [group] = rules(5, '2m');
    if (group === undefined) throw new Error('no group');
    const found = await sweep({ ...common, group, alertName: 'Busy' });
    expect(found.thresholds).toContain(5);
    expect(found.cells).toHaveLength(found.thresholds.length);
    await expect(sweep({ ...common, group, alertName: 'Other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const [plain] = rulesOf('groups: [{name: g, rules: [{alert: Busy, expr: load}]}]');
    if (plain === undefined) throw new Error('no group');
    await expect(sweep({ ...common, group: plain, alertName: 'Busy' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
