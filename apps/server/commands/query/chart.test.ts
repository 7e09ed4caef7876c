import { describe, expect, it } from 'vitest';
import { renderChart, shortNumber } from './chart.ts';
import { instantText, rangeTable } from './text.ts';

const OPTIONS = { startS: 0, endS: 100, columns: 60, rows: 16, colour: false };
const rising = {
  metric: { __name__: 'x', a: '1' },
  values: Array.from({ length: 101 }, (_, s) => [s, `${s}`] as const),
};

/** The rows of the plot without margin. */
function plotRows(chart: string): string[] {
  return chart.split('\n').flatMap((line) => /[┤│](.*)$/.exec(line)?.[1] ?? []);
}

describe('the terminal chart', () => {
  it('draws a rising line from the lower left to the upper right', () => {
    const chart = renderChart([rising], OPTIONS);
    const rows = plotRows(chart);
    const left = rows.map((row) => row.search(/[\u2801-\u28ff]/));
    expect(left.every((at, y) => y === 0 || at <= (left[y - 1] as number))).toBe(true);
    expect(left.at(-1)).toBe(0);
    expect(rows[0]?.trimEnd()).toHaveLength(Math.max(...rows.map((row) => row.length)));
    expect(chart).toContain('100 ┤');
    expect(chart).toMatch(/00:00:00 .*00:01:40 {2}UTC/);
    expect(chart).toContain('x{a="1"}  100');
    for (const line of chart.split('\n')) expect(line.length).toBeLessThanOrEqual(64);
  });

  it('leaves gaps open, ignores what is not finite, and draws flat lines in the middle', () => {
    const gap = {
      metric: {},
      values: [
        [0, '1'],
        [1, '1'],
        [2, '1'],
        [98, '1'],
        [99, 'NaN'],
        [100, '+Inf'],
      ] as const,
    };
    const rows = plotRows(renderChart([{ ...gap, values: [...gap.values] }], OPTIONS));
    const drawn = rows.filter((row) => /[\u2801-\u28ff]/.test(row));
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatch(/[\u2801-\u28ff] {20,}[\u2801-\u28ff]/);
  });

  it('has colour only when asked, and says what it leaves out', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ ...rising, metric: { i: `${i}` } }));
    expect(renderChart(many, OPTIONS)).not.toContain('\u001b[');
    expect(renderChart(many, { ...OPTIONS, colour: true })).toContain('\u001b[');
    expect(renderChart(many, OPTIONS)).toContain('and 4 more series');
    expect(renderChart([], OPTIONS)).toBe('(no points)');
  });

  it.each([
    [0, '0'],
    [1234.5, '1.234k'],
    [56_700_000, '56.7M'],
    [-2e9, '-2G'],
    [0.25, '0.25'],
    [1e-7, '1.00e-7'],
  ])('writes %d short', (value, text) => expect(shortNumber(value)).toBe(text));
});

describe('answers as text', () => {
  it('prints as promtool does', () => {
    const data = {
      resultType: 'vector' as const,
      result: [{ metric: { __name__: 'up', a: 'b' }, value: [1.5, '1'] as const }],
    };
    expect(instantText(data, 'promql')).toBe('up{a="b"} => 1 @[1.5]');
    expect(instantText(data, 'table')).toBe('up{a="b"}  1');
    expect(instantText({ resultType: 'scalar', result: [1, '2'] }, 'promql')).toBe('scalar: 2 @[1]');
    expect(
      rangeTable(
        [
          {
            metric: { __name__: 'up' },
            values: [
              [1, '0'],
              [2, '1'],
            ],
          },
        ],
        'promql',
      ),
    ).toBe('up =>\n0 @[1]\n1 @[2]');
  });
});
