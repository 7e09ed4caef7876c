import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundBuckets } from './round-step.ts';

it('finds the shortest round step', () => {
  const hour = 3_600_000;
  expect(roundBuckets(0, hour, 60)).toEqual({ startMs: 0, bucketMs: 60_000, buckets: 60 });
  expect(roundBuckets(1, hour, 60)).toMatchObject({ bucketMs: 60_000, buckets: 60 });
  expect(roundBuckets(30_000, hour + 30_000, 60)).toMatchObject({ bucketMs: 120_000, buckets: 31 });
  expect(roundBuckets(5, 5, 10)).toEqual({ startMs: 5, bucketMs: 1, buckets: 1 });
  expect(roundBuckets(0, 365 * 24 * hour, 100)).toMatchObject({ bucketMs: 7 * 24 * hour, buckets: 53 });
});

it('covers any range with at most so many buckets, or two where one cannot', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 4e12 }),
      fc.integer({ min: 0, max: 1e13 }),
      fc.integer({ min: 1, max: 1000 }),
      (fromMs, lengthMs, wanted) => {
        const { startMs, bucketMs, buckets } = roundBuckets(fromMs, fromMs + lengthMs, wanted);
        expect(startMs).toBeLessThanOrEqual(fromMs);
        expect(startMs + bucketMs).toBeGreaterThan(fromMs);
        expect(startMs + bucketMs * buckets).toBeGreaterThanOrEqual(fromMs + lengthMs);
        expect(buckets).toBeLessThanOrEqual(Math.max(wanted, 2));
      },
    ),
  );
});
