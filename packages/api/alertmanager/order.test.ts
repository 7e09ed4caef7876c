import { Labels } from '@petrel/model';
import { expect, it } from 'vitest';
import { compareLabelSets } from './order.ts';

it('orders label sets by size, then by the first name that one lacks or on whose value they differ', () => {
  const sorted = [
    {},
    { b: '9' },
    { a: '1' },
    { a: '2' },
    { b: '1', c: '1' },
    { a: '1', c: '0' },
    { a: '1', b: '1' },
    { a: '1', b: '2' },
    { a: '2', b: '1' },
  ].map(Labels.of);
  for (const [i, a] of sorted.entries()) {
    for (const [k, b] of sorted.entries())
      expect(Math.sign(compareLabelSets(a, b)), `${a} ${b}`).toBe(Math.sign(i - k));
  }
});
