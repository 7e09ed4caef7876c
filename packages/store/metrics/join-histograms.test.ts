import {
  type FloatHistogram,
  type HistogramSample,
  Labels,
  type SeriesColumns,
  setStaleAt,
  wordsOf,
} from '@petrel/model';
import { expect, it } from 'vitest';
import { joinHistograms } from './join-histograms.ts';

const histogram: FloatHistogram = {
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

function join(times: readonly number[], staleAt: readonly number[], histograms: readonly HistogramSample[]) {
  const labels = Labels.of({ a: 'b' });
  const tsMs = Float64Array.from([-1, ...times, -1]);
  const values = Float64Array.from(tsMs);
  for (const i of staleAt) setStaleAt(wordsOf(values), i + 1);
  const columns: SeriesColumns = { labels, tsMs, values, from: 1, to: 1 + times.length };
  const [joined] = joinHistograms([columns], new Map([[labels, [...histograms]]]));
  expect([...tsMs]).toEqual([-1, ...times, -1]);
  return {
    floats: [...(joined?.tsMs.subarray(joined.from, joined.to) ?? [])],
    histograms: joined?.histograms?.map(({ tMs }) => tMs) ?? [],
  };
}

it('keeps one of a float and a histogram of the same time', () => {
  const at = (tMs: number) => ({ tMs, histogram });
  const stale = (tMs: number) => ({ tMs, histogram, stale: true });
  expect(join([1, 2, 3], [], [at(4)])).toEqual({ floats: [1, 2, 3], histograms: [4] });
  expect(join([1, 2, 3], [], [at(2), at(5)])).toEqual({ floats: [1, 3], histograms: [2, 5] });
  expect(join([1, 2, 3], [], [stale(2), stale(3)])).toEqual({ floats: [1, 2, 3], histograms: [] });
  expect(join([1, 2, 3], [1], [stale(2)])).toEqual({ floats: [1, 3], histograms: [2] });
  expect(join([1], [0], [at(1)])).toEqual({ floats: [], histograms: [1] });
});

it('gives series that have histograms only', () => {
  const labels = Labels.of({ a: 'b' });
  const [joined] = joinHistograms([], new Map([[labels, [{ tMs: 1, histogram }]]]));
  expect(joined).toMatchObject({ labels, from: 0, to: 0, histograms: [{ tMs: 1 }] });
});
