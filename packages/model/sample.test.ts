import { expect, it } from 'vitest';
import { isStaleAt, setStaleAt, wordsOf } from './sample.ts';

it('marks and knows staleness by bits, and no other NaN', () => {
  const values = new Float64Array(4).subarray(1);
  const words = wordsOf(values);
  values[0] = Number.NaN;
  setStaleAt(words, 1);
  values[2] = 2;
  expect([0, 1, 2].map((i) => isStaleAt(words, i))).toEqual([false, true, false]);
  expect(values[1]).toBeNaN();
  const copy = new Float64Array(3);
  copy.set(values);
  expect(isStaleAt(wordsOf(copy), 1)).toBe(true);
});
