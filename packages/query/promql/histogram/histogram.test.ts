import type { FloatHistogram } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addHistograms,
  allBuckets,
  combinable,
  compactHistogram,
  detectReset,
  divHistogram,
  equalHistograms,
  formatHistogram,
  formatShortest,
  fromClassic,
  HistogramAccumulator,
  histogramFraction,
  histogramQuantile,
  histogramVariance,
  mulHistogram,
  reduceResolution,
  subHistograms,
  trimHistogram,
  upperBound,
} from './index.ts';

const EMPTY: FloatHistogram = {
  counterResetHint: 'unknown',
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};

/** Buckets side by side from `offset` on; the count is their sum. */
function exponential(
  parts: Partial<FloatHistogram> & { positive?: number[]; offset?: number; negative?: number[] },
): FloatHistogram {
  const { positive = [], offset = 0, negative = [], ...rest } = parts;
  const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return {
    ...EMPTY,
    count: total(positive) + total(negative) + (rest.zeroCount ?? 0),
    positiveSpans: positive.length > 0 ? [{ offset, length: positive.length }] : [],
    positiveBuckets: positive,
    negativeSpans: negative.length > 0 ? [{ offset, length: negative.length }] : [],
    negativeBuckets: negative,
    ...rest,
  };
}

function custom(customValues: number[], positive: number[], sum = 0): FloatHistogram {
  return exponential({ schema: -53, customValues, positive, sum });
}

const counts = fc.integer({ min: 0, max: 1000 });
const spans = fc.array(
  fc.record({ gap: fc.integer({ min: 0, max: 5 }), buckets: fc.array(counts, { minLength: 1, maxLength: 4 }) }),
  { maxLength: 4 },
);

function side(first: number, parts: { gap: number; buckets: number[] }[]) {
  return {
    spans: parts.map(({ gap, buckets }, i) => ({ offset: i === 0 ? first : gap, length: buckets.length })),
    buckets: parts.flatMap(({ buckets }) => buckets),
  };
}

const exponentials: fc.Arbitrary<FloatHistogram> = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.constantFrom(0, 0, 1e-9, 0.001, 0.7, 1, 3),
    zeroCount: counts,
    sum: fc.integer({ min: -1000, max: 1000 }),
    first: fc.integer({ min: 2, max: 9 }),
    positive: spans,
    negative: spans,
  })
  .map(({ first, positive, negative, ...rest }) => {
    const p = side(first * 2 ** Math.max(0, rest.schema), positive);
    const n = side(first * 2 ** Math.max(0, rest.schema), negative);
    const total = [...p.buckets, ...n.buckets].reduce((a, b) => a + b, rest.zeroCount);
    return {
      ...EMPTY,
      ...rest,
      count: total,
      positiveSpans: p.spans,
      positiveBuckets: p.buckets,
      negativeSpans: n.spans,
      negativeBuckets: n.buckets,
    };
  });

const customs: fc.Arbitrary<FloatHistogram> = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 6 }),
    fill: fc.array(counts, { maxLength: 7 }),
    sum: counts,
  })
  .map(({ bounds, fill, sum }) =>
    custom(
      bounds.sort((a, b) => a - b),
      fill.slice(0, bounds.length + 1),
      sum,
    ),
  );

const pairs = fc.oneof(fc.tuple(exponentials, exponentials), fc.tuple(customs, customs));

describe('adding and subtracting', () => {
  it('does not depend on the order', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const ab = addHistograms(a, b);
        const ba = addHistograms(b, a);
        expect(compactHistogram(ab.histogram)).toEqual(compactHistogram(ba.histogram));
        expect(ab.boundsReconciled).toBe(ba.boundsReconciled);
      }),
    );
  });

  it('is taken back by subtracting, in the resolution of the sum', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const sum = addHistograms(a, b).histogram;
        const back = compactHistogram(subHistograms(sum, b).histogram);
        // What adding does to the layout of `a` alone: whole numbers, so that nothing is lost to rounding.
        const alone = compactHistogram(subHistograms(addHistograms(a, sum).histogram, sum).histogram);
        expect(back).toEqual(alone);
        expect(back.count).toBe(a.count);
      }),
    );
  });

  it('loses no observation and leaves its inputs alone', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const before = JSON.stringify([a, b]);
        const { histogram } = addHistograms(a, b);
        expect(allBuckets(histogram).reduce((n, bucket) => n + bucket.count, 0)).toBe(
          allBuckets(a).reduce((n, bucket) => n + bucket.count, 0) +
            allBuckets(b).reduce((n, bucket) => n + bucket.count, 0),
        );
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });

  it('takes the lower resolution and the wider zero bucket', () => {
    const fine = exponential({ schema: 1, positive: [1, 2, 3, 4], offset: 1 });
    const coarse = exponential({ schema: 0, positive: [10], offset: 1, zeroThreshold: 1, zeroCount: 5 });
    const { histogram } = addHistograms(fine, coarse);
    expect(formatHistogram(histogram)).toBe('{{count:25 z_bucket:5 z_bucket_w:1 offset:1 buckets:[13 7]}}');
    // A border inside a populated bucket moves to its end.
    const inside = addHistograms(exponential({ positive: [1, 2] }), exponential({ zeroThreshold: 1.5, zeroCount: 1 }));
    expect(formatHistogram(inside.histogram)).toBe('{{count:4 z_bucket:4 z_bucket_w:2}}');
  });

  it('reduces custom bounds to those that both have', () => {
    const result = addHistograms(custom([1, 2, 5], [1, 2, 3, 4]), custom([2, 3, 5], [10, 20, 30, 40]));
    expect(result.boundsReconciled).toBe(true);
    expect(formatHistogram(result.histogram)).toBe('{{schema:-53 count:110 custom_values:[2 5] buckets:[13 53 44]}}');
    expect(combinable(custom([1], [1]), EMPTY)).toBe(false);
    expect(() => addHistograms(custom([1], [1]), EMPTY)).toThrow();
  });

  it('combines hints', () => {
    const hint = (a: FloatHistogram['counterResetHint'], b: FloatHistogram['counterResetHint']) => {
      const { histogram, counterResetCollision } = addHistograms(
        { ...EMPTY, counterResetHint: a },
        { ...EMPTY, counterResetHint: b },
      );
      return [histogram.counterResetHint, counterResetCollision];
    };
    expect(hint('reset', 'not_reset')).toEqual(['unknown', true]);
    expect(hint('reset', 'gauge')).toEqual(['gauge', false]);
    expect(hint('unknown', 'not_reset')).toEqual(['unknown', false]);
    expect(hint('reset', 'reset')).toEqual(['reset', false]);
  });

  it('compensates rounding where many are added up', () => {
    const parts = [1e16, 1, -1e16, 1].map((sum) => exponential({ sum, positive: [0.1] }));
    const total = new HistogramAccumulator(parts[0] as FloatHistogram);
    for (const part of parts.slice(1)) total.add(part);
    expect(total.result().sum).toBe(2);
    total.scale(0.5);
    expect(total.result().sum).toBe(1);
    expect(total.overflowed).toBe(false);
  });
});

describe('scaling', () => {
  it('multiplies everything, and a negative factor makes a gauge', () => {
    const h = exponential({ positive: [1, 2], zeroCount: 4, sum: 3 });
    expect(formatHistogram(mulHistogram(h, -2))).toBe(
      '{{count:-14 sum:-6 z_bucket:-8 counter_reset_hint:gauge buckets:[-2 -4]}}',
    );
    expect(formatHistogram(divHistogram(h, 0))).toBe('{{count:+Inf sum:+Inf z_bucket:+Inf}}');
    expect(divHistogram(mulHistogram(h, 4), 4)).toEqual(h);
  });
});

describe('layout', () => {
  it('has exponential bounds', () => {
    expect([-2, -1, 0, 1, 2].map((i) => upperBound(i, 0))).toEqual([0.25, 0.5, 1, 2, 4]);
    expect(upperBound(3, 1)).toBeCloseTo(2 ** 1.5, 12);
    expect([0, 1, 64].map((i) => upperBound(i, -4))).toEqual([1, 65536, Number.MAX_VALUE]);
    expect(upperBound(1025, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('compacts and compares', () => {
    const loose = {
      ...EMPTY,
      positiveSpans: [
        { offset: -1, length: 2 },
        { offset: 0, length: 1 },
        { offset: 2, length: 2 },
      ],
      positiveBuckets: [0, 1, 2, 3, 0],
    };
    const compact = compactHistogram(loose);
    expect(compact.positiveSpans).toEqual([
      { offset: 0, length: 2 },
      { offset: 2, length: 1 },
    ]);
    expect(compact.positiveBuckets).toEqual([1, 2, 3]);
    expect(compactHistogram(compact)).toBe(compact);
    expect(equalHistograms(loose, compact)).toBe(false);
    expect(equalHistograms({ ...compact, sum: Number.NaN }, { ...compact, sum: Number.NaN })).toBe(true);
    expect(formatHistogram(loose)).toBe('{{buckets:[1 2 0 0 3]}}');
  });

  it('reduces the resolution without losing counts', () => {
    fc.assert(
      fc.property(exponentials, fc.integer({ min: -4, max: 8 }), (h, schema) => {
        const reduced = reduceResolution(h, schema);
        expect(reduced.schema).toBe(Math.min(h.schema, schema));
        const total = (x: FloatHistogram): number => x.positiveBuckets.reduce((a, b) => a + b, 0);
        expect(total(reduced)).toBe(total(h));
      }),
    );
  });

  it('comes from classic buckets', () => {
    const classic = {
      buckets: [
        { le: 5, count: 7 },
        { le: 1, count: 3 },
        { le: Number.POSITIVE_INFINITY, count: 10 },
      ],
      sum: 20,
    };
    expect(formatHistogram(fromClassic(classic) as FloatHistogram)).toBe(
      '{{schema:-53 count:10 sum:20 custom_values:[1 5] buckets:[3 4 3]}}',
    );
    expect(
      fromClassic({
        buckets: [
          { le: 1, count: 3 },
          { le: 2, count: 2 },
        ],
      }),
    ).toBeUndefined();
    expect(fromClassic({ buckets: [{ le: 1, count: 3 }], count: 5 })?.positiveBuckets).toEqual([3, 2]);
  });
});

describe('detectReset', () => {
  it('goes by the hint, then by the counts', () => {
    const before = exponential({ positive: [1, 2, 3] });
    expect(detectReset(exponential({ positive: [1, 2, 3] }), before)).toBe(false);
    expect(detectReset(exponential({ positive: [9, 1, 9] }), before)).toBe(true);
    expect(detectReset(exponential({ positive: [9, 9] }), before)).toBe(true);
    expect(detectReset({ ...before, counterResetHint: 'reset' }, before)).toBe(true);
    expect(detectReset({ ...EMPTY, counterResetHint: 'not_reset' }, before)).toBe(false);
    expect(detectReset(exponential({ schema: 1, positive: [9, 9, 9] }), before)).toBe(true);
    expect(detectReset(custom([1, 3], [5, 5]), custom([1, 2, 3], [1, 1, 1]))).toBe(false);
    expect(detectReset(custom([1, 3], [5, 1, 5]), custom([1, 2, 3], [1, 1, 1]))).toBe(true);
  });

  it('finds none in a histogram that only grows', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const grown = addHistograms(a, b).histogram;
        if (grown.schema === a.schema) expect(detectReset({ ...grown, counterResetHint: 'unknown' }, a)).toBe(false);
      }),
    );
  });
});

describe('estimates', () => {
  it('gives quantiles that never fall, between the outermost bounds', () => {
    fc.assert(
      fc.property(
        exponentials,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (h, p, q) => {
          fc.pre(h.count > 0);
          const low = histogramQuantile(Math.min(p, q), h).value;
          const high = histogramQuantile(Math.max(p, q), h).value;
          expect(low).toBeLessThanOrEqual(high + 1e-9 * Math.abs(high));
        },
      ),
    );
  });

  it('interpolates as documented', () => {
    const h = exponential({ positive: [1, 2, 1], offset: 1 });
    expect(histogramQuantile(0.5, h).value).toBeCloseTo(2 * Math.SQRT2, 9);
    expect(histogramQuantile(0.5, custom([10, 20], [0, 4])).value).toBe(15);
    expect(histogramQuantile(2, h).value).toBe(Number.POSITIVE_INFINITY);
    expect(histogramQuantile(0.5, EMPTY).value).toBeNaN();
    expect(histogramQuantile(0.99, { ...h, count: 8, sum: Number.NaN })).toEqual({ value: Number.NaN, nan: 'result' });
    expect(histogramFraction(2, 4, h)).toBe(0.5);
    expect(histogramFraction(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, h)).toBe(1);
    expect(histogramVariance(exponential({ positive: [2], offset: 1, sum: 2 * Math.SQRT2 }))).toBeCloseTo(0, 12);
  });

  it('gives a quantile and its fraction that agree', () => {
    fc.assert(
      fc.property(exponentials, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (h, q) => {
        fc.pre(h.count > 0);
        const { value } = histogramQuantile(q, h);
        const share = histogramFraction(Number.NEGATIVE_INFINITY, value, h);
        const tie = histogramFraction(Number.NEGATIVE_INFINITY, value + 1e-9 * Math.max(1, Math.abs(value)), h);
        expect(share).toBeLessThanOrEqual(q + 1e-6);
        expect(tie).toBeGreaterThanOrEqual(q - 1e-6);
      }),
    );
  });

  it('divides a histogram into what lies below and what lies above', () => {
    fc.assert(
      fc.property(exponentials, fc.double({ min: -1000, max: 1000, noNaN: true }), (h, border) => {
        const below = trimHistogram(h, border, 'below');
        const above = trimHistogram(h, border, 'above');
        expect(below.count + above.count).toBeCloseTo(h.count, 6);
      }),
    );
    expect(formatHistogram(trimHistogram(custom([5, 10], [1, 2, 3], 30), 7.5, 'below'))).toBe(
      '{{schema:-53 count:2 sum:8.75 custom_values:[5 10] buckets:[1 1]}}',
    );
  });
});

describe('formatShortest', () => {
  it('writes numbers as Go does', () => {
    expect(
      [0, -0.3, 1e6, 123456, 1234567, 1e-4, 1.5e-5, 1e21, Number.NaN, Number.NEGATIVE_INFINITY].map(formatShortest),
    ).toEqual(['0', '-0.3', '1e+06', '123456', '1.234567e+06', '0.0001', '1.5e-05', '1e+21', 'NaN', '-Inf']);
  });
});
