import { expect, it } from 'vitest';
import { parseFors, parseThresholds, sweepChoices, toSweepRequest } from './sweep.ts';

it('reads lists of thresholds and durations', () => {
  expect(parseThresholds('0.5, 0.9  1e3')).toEqual([0.5, 0.9, 1000]);
  expect(parseThresholds('')).toEqual([]);
  expect(parseThresholds('0.5 x')).toBeUndefined();
  expect(parseFors('0s 1m, 1h30m')).toEqual([0, 60_000, 5_400_000]);
  expect(parseFors('1m soon')).toBeUndefined();
});

it('offers each alerting rule once, and asks only for what was given', () => {
  const rule = {
    type: 'alerting',
    name: 'A',
    query: 'x > 1',
    health: 'ok',
    evaluationTime: 0,
    lastEvaluation: '',
  } as const;
  const group = { name: 'g', file: 'f', interval: 15, limit: 0, evaluationTime: 0, lastEvaluation: '' };
  const choices = sweepChoices([{ ...group, rules: [rule, rule, { ...rule, type: 'recording', name: 'R' }] }]);
  expect(choices.map(({ label }) => label)).toEqual(['A · g']);
  const [choice] = choices as [(typeof choices)[0] & object];
  expect(toSweepRequest({ choice, thresholds: [], forsMs: [], range: { from: '-1d', to: '' } }, 86_400_000)).toEqual({
    group: 'g',
    alert: 'A',
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-02T00:00:00.000Z',
  });
  expect(
    toSweepRequest({ choice, thresholds: [1], forsMs: [0], range: { from: '-1d', to: '-1h' } }, 3_600_000),
  ).toMatchObject({
    thresholds: [1],
    forMs: [0],
    to: '1970-01-01T00:00:00.000Z',
  });
});
