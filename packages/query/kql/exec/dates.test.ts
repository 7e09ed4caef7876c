import { describe, expect, it } from 'vitest';
import { parseDateMath } from './dates.ts';
import { rangeTest, timeSpanOf } from './range-test.ts';

const NOW_MS = Date.parse('2024-05-15T10:30:45.123Z');

function span(text: string): string[] | undefined {
  const date = parseDateMath(text, NOW_MS);
  if (date === undefined) return undefined;
  return [date.firstNs, date.lastNs].map((ns) => {
    const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
    return new Date(Number((ns - rest) / 1_000_000n)).toISOString().replace('Z', String(rest).padStart(6, '0'));
  });
}

describe('parseDateMath', () => {
  it.each([
    ['now', '2024-05-15T10:30:45.123000000', '2024-05-15T10:30:45.123999999'],
    ['now-1h', '2024-05-15T09:30:45.123000000', '2024-05-15T09:30:45.123999999'],
    ['now/d', '2024-05-15T00:00:00.000000000', '2024-05-15T23:59:59.999999999'],
    ['now-1d/d', '2024-05-14T00:00:00.000000000', '2024-05-14T23:59:59.999999999'],
    ['now/w', '2024-05-13T00:00:00.000000000', '2024-05-19T23:59:59.999999999'],
    ['now+2M/M', '2024-07-01T00:00:00.000000000', '2024-07-31T23:59:59.999999999'],
    ['now-1y/y', '2023-01-01T00:00:00.000000000', '2023-12-31T23:59:59.999999999'],
    ['now-1H/H', '2024-05-15T09:00:00.000000000', '2024-05-15T09:59:59.999999999'],
    ['2024-01-31||+1M', '2024-02-29T00:00:00.000000000', '2024-02-29T23:59:59.999999999'],
    ['2024', '2024-01-01T00:00:00.000000000', '2024-12-31T23:59:59.999999999'],
    ['2024-02', '2024-02-01T00:00:00.000000000', '2024-02-29T23:59:59.999999999'],
    ['2024-05-01T10:20Z', '2024-05-01T10:20:00.000000000', '2024-05-01T10:20:59.999999999'],
    ['2024-05-01T10:20:30+08:00', '2024-05-01T02:20:30.000000000', '2024-05-01T02:20:30.999999999'],
    ['2024-05-01T10:20:30.123456789Z', '2024-05-01T10:20:30.123456789', '2024-05-01T10:20:30.123456789'],
    ['1714557630123', '2024-05-01T10:00:30.123000000', '2024-05-01T10:00:30.123999999'],
  ])('%s', (text, first, last) => {
    expect(span(text)).toEqual([first, last]);
  });

  it.each(['yesterday', 'now-', 'now-1x', '2024-13-01', '2024-02-30', '2024-05-01T25:00', 'nowish', '12:00'])(
    '%s is none',
    (text) => {
      expect(span(text)).toBeUndefined();
    },
  );
});

it('bounds take in or leave out the whole unit', () => {
  const day = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
  const spanOf = (op: 'gt' | 'gte' | 'lt' | 'lte') => timeSpanOf([{ op, value: '2024-05-10' }], NOW_MS);
  expect(spanOf('gte')).toEqual({ firstNs: day('2024-05-10') });
  expect(spanOf('gt')).toEqual({ firstNs: day('2024-05-11') });
  expect(spanOf('lt')).toEqual({ lastNs: day('2024-05-10') - 1n });
  expect(spanOf('lte')).toEqual({ lastNs: day('2024-05-11') - 1n });
});

describe('rangeTest', () => {
  const over = (value: string) => rangeTest([{ op: 'gt', value }], NOW_MS);

  it('compares numbers with numbers, also where they came as text', () => {
    expect([1001, '1001', '1001.5', 1e6].every(over('1000'))).toBe(true);
    expect([1000, '999', '1.5s', 'x', '', true, null, '2s'].some(over('1000'))).toBe(false);
  });

  it('compares durations, sizes and addresses with their like', () => {
    expect(['1.5s', '2m', '1h0m0.5s'].every(over('1000ms'))).toBe(true);
    expect(['999ms', 2000, '2000', '10KB'].some(over('1s'))).toBe(false);
    expect(['2KiB', '1 MB'].every(over('2000B'))).toBe(true);
    expect(['10.0.0.10', '10.1.0.0'].every(over('10.0.0.9'))).toBe(true);
    expect(over('10.0.0.9')('10.0.0.1')).toBe(false);
  });

  it('compares dates: ISO, and numbers since the epoch in any unit', () => {
    const values = ['2024-05-15T10:00:00Z', 1715767200, 1715767200000, 1715767200000000, '2024-05-15T18:00:00+08:00'];
    expect(values.every(over('now-1h'))).toBe(true);
    expect(values.some(over('now-30m'))).toBe(false);
  });

  it('compares everything else as text', () => {
    expect(['Beta', 'c'].every(over('alpha'))).toBe(true);
    expect(over('beta')('ALPHA')).toBe(false);
  });
});
