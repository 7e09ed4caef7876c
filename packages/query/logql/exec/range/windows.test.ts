import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WindowFolder } from './fold-windows.ts';
import type { FoldingName } from './folding.ts';
import { FOLDINGS, newCells } from './folding.ts';
import { BucketFinder, bucketsOf, evenBuckets, lastNs, toNs, windowsOf } from './windows.ts';

describe('buckets', () => {
  test('as long as the greatest common divisor of step and range where windows overlap', () => {
    const windows = windowsOf({ startMs: 100_000, stepMs: 15_000, steps: 5, rangeMs: 60_000, offsetMs: 1000 });
    expect(windows.originNs).toBe(toNs(39_000));
    expect(lastNs(windows)).toBe(toNs(159_000));
    expect(bucketsOf(windows)).toEqual({ bucketNs: toNs(15_000), count: 8, perStep: 1, perWindow: 4, gaps: false });
  });

  test('one a window where they do not', () => {
    const windows = windowsOf({ startMs: 0, stepMs: 60_000, steps: 3, rangeMs: 7_000, offsetMs: 0 });
    expect(bucketsOf(windows)).toEqual({ bucketNs: toNs(7_000), count: 3, perStep: 1, perWindow: 1, gaps: true });
    expect(evenBuckets(windows)).toMatchObject({ bucketNs: toNs(1_000), count: 127, perStep: 60, perWindow: 7 });
  });

  test('open on the left, closed on the right, to the nanosecond', () => {
    const windows = windowsOf({ startMs: 0, stepMs: 10_000, steps: 3, rangeMs: 5_000, offsetMs: 0 });
    const finder = new BucketFinder(windows, bucketsOf(windows));
    const found = (ms: number, ns = 0n) => finder.find(toNs(ms) + ns);
    expect([found(-5_000), found(-5_000, 1n), found(0), found(0, 1n)]).toEqual([-1, 0, 0, -1]);
    expect([found(5_000), found(5_000, 1n), found(10_000), found(20_000), found(20_000, 1n)]).toEqual([
      -1, 1, 1, 2, -1,
    ]);
  });

  test('of spans that floats cannot hold', () => {
    const yearMs = 366 * 86_400_000;
    const windows = windowsOf({ startMs: yearMs, stepMs: 1000, steps: 2, rangeMs: yearMs, offsetMs: 0 });
    const finder = new BucketFinder(windows, bucketsOf(windows));
    expect(finder.find(toNs(yearMs))).toBe(yearMs / 1000 - 1);
    expect(finder.find(toNs(yearMs) + 1n)).toBe(yearMs / 1000);
    expect(finder.find(1n)).toBe(0);
  });

  test('fractions of milliseconds', () => {
    expect(toNs(0.5)).toBe(500_000n);
    expect(toNs(-1.25)).toBe(-1_250_000n);
  });
});

const names = Object.keys(FOLDINGS) as FoldingName[];
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
);

describe('windows folded from buckets are windows folded from values', () => {
  test.each(names)('%s', (name) => {
    const sample = fc.record({ at: fc.integer({ min: -10, max: 110 }), value });
    const shape = fc.record({
      step: fc.integer({ min: 1, max: 20 }),
      range: fc.integer({ min: 1, max: 20 }),
      steps: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), shape, (unsorted, { step, range, steps }) => {
        const samples = [...unsorted].sort((a, b) => a.at - b.at);
        const folding = FOLDINGS[name];
        const windows = windowsOf({ startMs: 20, stepMs: step, steps, rangeMs: range, offsetMs: 0 });
        const buckets = bucketsOf(windows);
        const finder = new BucketFinder(windows, buckets);
        const cells = newCells(folding, buckets.count);
        for (const { at, value: v } of samples) {
          const bucket = finder.find(toNs(at));
          if (bucket < 0) continue;
          cells.count[bucket] = (cells.count[bucket] as number) + 1;
          folding.add(cells, bucket, v, Number(toNs(at) - windows.originNs));
        }
        const window = (k: number) => ({ endNs: (k * step + range) * 1e6, rangeNs: range * 1e6 });
        const out = new Float64Array(steps);
        const present = new Uint8Array(steps);
        new WindowFolder(buckets, folding).fold(cells, window, out, present);
        for (let k = 0; k < steps; k++) {
          const end = 20 + k * (steps === 1 ? 0 : step);
          const inside = samples.filter(({ at }) => at > end - range && at <= end);
          expect(present[k]).toBe(inside.length > 0 ? 1 : 0);
          if (inside.length === 0) continue;
          const alone = newCells(folding, 1);
          inside.forEach(({ at, value: v }, i) => {
            alone.count[0] = i + 1;
            folding.add(alone, 0, v, Number(toNs(at) - windows.originNs));
          });
          const wanted = folding.value(alone, 0, window(k));
          if (Number.isFinite(wanted)) expect(out[k]).toBeCloseTo(wanted, 8);
          else expect(out[k]).toBe(wanted);
        }
      }),
      { numRuns: 200 },
    );
  });
});
