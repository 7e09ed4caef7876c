import type { HistogramSample, SeriesColumns } from '@petrel/model';
import { isStaleAt, Labels, setStaleAt, wordsOf } from '@petrel/model';
import type { GridRequest, MetricSource } from '@petrel/query/promql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeColumns } from './merge-columns.ts';
import { OverlaySource } from './overlay-source.ts';

/** `undefined` is a staleness marker. */
function column(name: string, samples: readonly (readonly [number, number | undefined])[]): SeriesColumns {
  const values = new Float64Array(samples.length);
  const words = wordsOf(values);
  samples.forEach(([, value], i) => {
    if (value === undefined) setStaleAt(words, i);
    else values[i] = value;
  });
  const tsMs = Float64Array.from(samples, ([tMs]) => tMs);
  return { labels: Labels.of({ __name__: name }), tsMs, values, from: 0, to: samples.length };
}

function shown({ tsMs, values, from, to }: SeriesColumns): (readonly [number, number | undefined])[] {
  const words = wordsOf(values);
  return Array.from({ length: to - from }, (_, i) => {
    const at = from + i;
    return [tsMs[at] as number, isStaleAt(words, at) ? undefined : (values[at] as number)] as const;
  });
}

function source(series: readonly SeriesColumns[], grids: GridRequest[] = []): MetricSource {
  const base: Pick<MetricSource, 'select' | 'selectGrid'> = {
    select: async ({ matchers }) =>
      series.filter(({ labels }) => matchers.every(({ value }) => labels.metric === value)),
    selectGrid: async (request) => {
      grids.push(request);
      return [];
    },
  };
  return base as MetricSource;
}

const ask = (name: string) => ({
  matchers: [{ type: '=' as const, name: '__name__', value: name }],
  startMs: 0,
  endMs: 100,
  maxSamples: 1000,
});

describe('OverlaySource', () => {
  test('merges by time, adds what the store lacks, and leaves out what is beyond the range', async () => {
    const overlay = new OverlaySource(
      source([
        column('a', [
          [1, 1],
          [2, 2],
        ]),
        column('b', [[1, 5]]),
      ]),
    );
    overlay.lay([
      column('a', [
        [2, 20],
        [3, undefined],
      ]),
      column('c', [
        [4, 4],
        [101, 7],
      ]),
      column('d', [[101, 1]]),
    ]);
    const [a] = await overlay.select(ask('a'));
    expect(shown(a as SeriesColumns)).toEqual([
      [1, 1],
      [2, 20],
      [3, undefined],
    ]);
    expect((await overlay.select(ask('b'))).map(shown)).toEqual([[[1, 5]]]);
    expect((await overlay.select(ask('c'))).map(shown)).toEqual([[[4, 4]]]);
    expect(await overlay.select(ask('d'))).toEqual([]);
    overlay.lay([]);
    expect((await overlay.select(ask('a'))).map(shown)).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  test('declines grids of what it holds, and passes on the others', async () => {
    const grids: GridRequest[] = [];
    const overlay = new OverlaySource(source([], grids));
    overlay.lay([column('a', [[1, 1]])]);
    const grid = (name: string) =>
      overlay.selectGrid?.({ ...ask(name), func: 'rate', gridStartMs: 0, stepMs: 1, steps: 1, windowMs: 1 });
    expect(await grid('a')).toBeUndefined();
    expect(await grid('b')).toEqual([]);
    expect(grids).toHaveLength(1);
    const plain = { select: async () => [] } as Pick<MetricSource, 'select'>;
    expect(new OverlaySource(plain as MetricSource).selectGrid).toBeUndefined();
  });
});

test('merging keeps every sample once, in order, the upper one where both have one', () => {
  const samples = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.option(fc.integer(), { nil: undefined })), {
      selector: ([tMs]) => tMs,
    })
    .map((list) => list.sort((a, b) => a[0] - b[0]));
  fc.assert(
    fc.property(samples, samples, (lower, upper) => {
      const expected = new Map([...lower, ...upper]);
      const merged = shown(mergeColumns(column('a', lower), column('a', upper)));
      expect(merged).toEqual([...expected].sort((a, b) => a[0] - b[0]));
    }),
  );
});

test('a time is a float or a histogram, never both', () => {
  const histogram = { tMs: 2, histogram: { count: 1 } } as unknown as HistogramSample;
  const other = { tMs: 3, histogram: { count: 2 } } as unknown as HistogramSample;
  const lower = {
    ...column('a', [
      [1, 1],
      [3, 3],
    ]),
    histograms: [histogram],
  };
  const upper = { ...column('a', [[2, 2]]), histograms: [other] };
  const merged = mergeColumns(lower, upper);
  expect(shown(merged)).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(merged.histograms).toEqual([other]);
});
