import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heatLevel } from './scale.ts';

it('is 0 for nothing only, never falls, and ends at 5', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(10_000), fc.nat(10_000), (max, a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(heatLevel(low, max)).toBeLessThanOrEqual(heatLevel(high, max));
      expect(heatLevel(low, max) === 0).toBe(low === 0);
      expect(heatLevel(max, max)).toBe(5);
    }),
  );
});
