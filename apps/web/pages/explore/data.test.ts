import { describe, expect, it } from 'vitest';
import { alignRange, MAX_SHOWN_SERIES, parseValue, seriesName, toGraphData } from './data.ts';

describe('toGraphData', () => {
  const range = { fromMs: 1_000_000, toMs: 1_060_900, stepMs: 15_000 };

  it('counts steps back from the end', () => {
    expect(alignRange(range)).toEqual({ fromMs: 1_000_000, toMs: 1_060_000, stepMs: 15_000 });
    expect(alignRange({ ...range, fromMs: 1_001_000 }).fromMs).toBe(1_015_000);
  });

  it('puts every point on its step and leaves gaps empty', () => {
    const graph = toGraphData(
      [
        {
          metric: { __name__: 'up', job: 'a' },
          values: [
            [1000, '1'],
            [1030, '+Inf'],
            [1060, '-2.5'],
          ],
        },
      ],
      range,
    );
    expect(graph.times).toEqual([1000, 1015, 1030, 1045, 1060]);
    expect(graph.series[0]?.values).toEqual([1, null, null, null, -2.5]);
    expect(graph.points).toBe(3);
  });

  it('draws the count of native histograms and cuts endless answers', () => {
    const histogram = { metric: {}, histograms: [[1015, { count: '7', sum: '3' }] as const] };
    const graph = toGraphData(
      Array.from({ length: MAX_SHOWN_SERIES + 5 }, () => histogram),
      range,
    );
    expect(graph.series).toHaveLength(MAX_SHOWN_SERIES);
    expect(graph.totalSeries).toBe(MAX_SHOWN_SERIES + 5);
    expect(graph.series[0]?.values).toEqual([null, 7, null, null, null]);
  });
});

describe('texts of series and values', () => {
  it('names series as Prometheus does', () => {
    expect(seriesName({})).toBe('{}');
    expect(seriesName({ __name__: 'up' })).toBe('up');
    expect(seriesName({ __name__: 'up', job: 'a"b' })).toBe('up{job="a\\"b"}');
    expect(seriesName({ job: 'a' })).toBe('{job="a"}');
  });

  it('reads infinities', () => {
    expect(parseValue('+Inf')).toBe(Number.POSITIVE_INFINITY);
    expect(parseValue('-Inf')).toBe(Number.NEGATIVE_INFINITY);
    expect(parseValue('NaN')).toBeNaN();
    expect(parseValue('1e-7')).toBe(1e-7);
  });
});
