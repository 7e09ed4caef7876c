import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderRange } from './order-range.ts';

it('orders runs, drops repeats, and reports times with two values', () => {
  const run = fc
    .array(fc.tuple(fc.nat(60), fc.nat(2)), { maxLength: 20 })
    .map((list) => list.sort((a, b) => a[0] - b[0]));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 5 }), (runs) => {
      const rows = runs.flat();
      const ts = Float64Array.from([-1, ...rows.map(([t]) => t), -1]);
      const values = Float64Array.from([-1, ...rows.map(([, v]) => v), -1]);
      const { to, conflict } = orderRange(ts, values, 1, rows.length + 1);
      expect([...ts.subarray(1, to)]).toEqual([...new Set(rows.map(([t]) => t))].sort((a, b) => a - b));
      const two = rows.some(([t, v]) => rows.some(([u, w]) => t === u && v !== w));
      expect(conflict).toBe(two);
      for (let i = 1; i < to; i++) expect(rows).toContainEqual([ts[i], values[i]]);
      expect([ts[0], ts[rows.length + 1]]).toEqual([-1, -1]);
    }),
  );
});
