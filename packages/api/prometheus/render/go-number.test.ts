import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJsonFloat, formatPlainFloat, formatTextFloat, formatTimestamp } from './go-number.ts';

function parse(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

describe('numbers as Go writes them', () => {
  it.each([
    [0, '0', '0', '0'],
    [-0, '-0', '-0', '-0'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf', '-Inf'],
    [1e6, '1000000', '1000000', '1e+06'],
    [123456.5, '123456.5', '123456.5', '123456.5'],
    [1234567.25, '1234567.25', '1234567.25', '1.23456725e+06'],
    [0.00012, '0.00012', '0.00012', '0.00012'],
    [0.000012, '0.000012', '0.000012', '1.2e-05'],
    [1e-7, '1e-07', '0.0000001', '1e-07'],
    [-1.5e-7, '-1.5e-07', '-0.00000015', '-1.5e-07'],
    [1e21, '1e+21', '1000000000000000000000', '1e+21'],
    [1.25e22, '1.25e+22', '12500000000000000000000', '1.25e+22'],
    [5e-324, '5e-324', `0.${'0'.repeat(323)}5`, '5e-324'],
  ])('%d', (value, json, plain, text) => {
    expect(formatJsonFloat(value)).toBe(json);
    expect(formatPlainFloat(value)).toBe(plain);
    expect(formatTextFloat(value)).toBe(text);
  });

  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const format of [formatJsonFloat, formatPlainFloat, formatTextFloat]) {
          expect(parse(format(value))).toBe(value);
          expect(format(value)).toMatch(/^(-?\d+(\.\d+)?(e[+-]\d\d+)?|NaN|[+-]Inf)$/);
        }
        expect(formatPlainFloat(value)).not.toContain('e');
      }),
    );
  });

  it('writes seconds with three decimals or none', () => {
    expect(formatTimestamp(1_700_000_000_000)).toBe('1700000000');
    expect(formatTimestamp(1_700_000_000_007)).toBe('1700000000.007');
    expect(formatTimestamp(-1_500)).toBe('-1.500');
    expect(formatTimestamp(-7)).toBe('-0.007');
    expect(formatTimestamp(0)).toBe('0');
  });
});
