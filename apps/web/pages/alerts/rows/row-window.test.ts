import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowStarts, rowWindow } from './row-window.ts';

it('draws exactly the rows that touch the view', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 1, max: 800 }),
      (heights, top, height) => {
        const starts = rowStarts(heights);
        const found = rowWindow(starts, { top, height, margin: 0 });
        expect(found.totalHeight).toBe(heights.reduce((a, b) => a + b, 0));
        expect(found.offset).toBe(starts[found.first]);
        for (let i = 0; i < heights.length; i++) {
          const touches = (starts[i + 1] as number) > top && (starts[i] as number) < top + height;
          if (touches) expect(i >= found.first && i < found.end).toBe(true);
        }
        // No more than one row too many at the lower edge.
        expect(found.end - found.first).toBeLessThanOrEqual(height + 2);
      },
    ),
  );
});

it('has nothing to draw of an empty list', () => {
  expect(rowWindow(rowStarts([]), { top: 0, height: 100, margin: 50 })).toEqual({
    first: 0,
    end: 0,
    totalHeight: 0,
    offset: 0,
  });
});
