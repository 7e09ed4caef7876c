import type { FloatHistogram } from '@petrel/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts';

const spans = fc.array(fc.record({ offset: fc.integer({ min: -1000, max: 1000 }), length: fc.nat(50) }), {
  maxLength: 4,
});
const doubles = fc.array(fc.double(), { maxLength: 20 });
const histogram: fc.Arbitrary<FloatHistogram> = fc.record({
  counterResetHint: fc.constantFrom('unknown', 'reset', 'not_reset', 'gauge'),
  schema: fc.integer({ min: -53, max: 8 }),
  zeroThreshold: fc.double(),
  zeroCount: fc.double(),
  count: fc.double(),
  sum: fc.double(),
  positiveSpans: spans,
  positiveBuckets: doubles,
  negativeSpans: spans,
  negativeBuckets: doubles,
  customValues: doubles,
});

it('reads back every histogram exactly, and refuses other bytes', () => {
  fc.assert(
    fc.property(histogram, fc.nat(), (h, cut) => {
      const bytes = encodeHistogram(h, false);
      expect(decodeHistogram(bytes)).toEqual({ histogram: h, stale: false });
      expect(() => decodeHistogram(bytes.subarray(0, cut % bytes.length))).toThrow(RangeError);
      expect(decodeHistogram(encodeHistogram(h, true)).stale).toBe(true);
    }),
  );
});
