import { expect, it } from 'vitest';
import { RowHeights } from './row-heights.ts';

it('takes rows of one kind to be alike until they are measured', () => {
  const heights = new RowHeights();
  expect(heights.of('a', 33)).toBe(33);
  expect(heights.set('a', 33, 55)).toBe(true);
  expect(heights.set('a', 33, 55.2)).toBe(false);
  expect(heights.set('b', 33, 55)).toBe(false);
  expect(heights.set('b', 33, 70)).toBe(true);
  expect([heights.of('a', 33), heights.of('b', 33), heights.of('c', 33), heights.of('d', 44)]).toEqual([
    55, 70, 55, 44,
  ]);
});
