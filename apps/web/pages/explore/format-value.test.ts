import { expect, it } from 'vitest';
import { formatValue } from './format-value.ts';
import { toggle } from './graph.tsx';
import { seriesColor } from './palette.ts';

it.each([
  [0, '0'],
  [1, '1'],
  [0.30000000000000004, '0.3'],
  [1500, '1.5k'],
  [-2_500_000, '-2.5M'],
  [3.2e-9, '3.20e-9'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NaN, 'NaN'],
])('formatValue(%d) is %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

it('gives every series a colour of its own', () => {
  const colors = Array.from({ length: 60 }, (_, i) => seriesColor(i));
  expect(new Set(colors).size).toBe(60);
  for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
});

it('shows one series alone, then all again', () => {
  const alone = toggle(new Set(), 1, 3, false);
  expect([...alone]).toEqual([0, 2]);
  expect([...toggle(alone, 1, 3, false)]).toEqual([]);
  expect([...toggle(alone, 2, 3, true)]).toEqual([0]);
});
