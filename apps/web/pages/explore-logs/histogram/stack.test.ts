import { LOG_LEVELS } from '@petrel/model';
import { expect, it } from 'vitest';
import { levelColor, shortLevel } from './levels.ts';
import { countLevels, stackLevels } from './stack.ts';

const answer = {
  startMs: 60_000,
  bucketMs: 10_000,
  buckets: 3,
  levels: [
    { level: 'unknown', counts: [1, 0, 2] },
    { level: 'info', counts: [5, 5, 5] },
    { level: 'error', counts: [0, 2, 0] },
  ],
  total: 20,
  complete: true,
};

it('stacks levels, the worst at the bottom and drawn last', () => {
  const { times, layers } = stackLevels(answer);
  expect(times).toEqual([65, 75, 85]);
  expect(layers).toEqual([
    { level: 'unknown', sums: [6, 7, 7] },
    { level: 'info', sums: [5, 7, 5] },
    { level: 'error', sums: [0, 2, 0] },
  ]);
});

it('counts levels of a bucket and of all', () => {
  expect(countLevels(answer, 1)).toEqual([
    { level: 'error', count: 2 },
    { level: 'info', count: 5 },
    { level: 'unknown', count: 0 },
  ]);
  expect(countLevels(answer, undefined).map((one) => one.count)).toEqual([2, 15, 3]);
});

it('gives every level a colour of its own in both schemes', () => {
  for (const scheme of ['light', 'dark'] as const) {
    expect(new Set(LOG_LEVELS.map((level) => levelColor(level, scheme))).size).toBe(LOG_LEVELS.length);
  }
  for (const level of LOG_LEVELS) expect(shortLevel(level).length).toBeLessThanOrEqual(4);
});
