import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goDuration } from '../time/duration.ts';
import { formatFloat } from './float.ts';
import { marshalJson } from './json.ts';
import { sprint, sprintf, sprintln } from './sprint.ts';

describe('sprint', () => {
  it.each([
    [[1n, 2n, 'a', 'b', 3n, 4n], '1 2ab3 4'],
    [[null], '<nil>'],
    [[1e6], '1e+06'],
    [[123456789], '1.23456789e+08'],
    [[100000], '100000'],
    [[1e-5], '1e-05'],
    [[Number.POSITIVE_INFINITY], '+Inf'],
    [[{ b: 1n, a: [1n, 'x', null] }], 'map[a:[1 x <nil>] b:1]'],
    [[goDuration(5_400_000_000_000n)], '1h30m0s'],
  ])('prints %o', (values, text) => {
    expect(sprint(values)).toBe(text);
  });

  it('separates everything in lines', () => {
    expect(sprintln(['a', 1n])).toBe('a 1\n');
  });
});

describe('sprintf', () => {
  it.each([
    ['%6.2f|%-5d|%05d|%+d|%x|%#x', [3.25159, 5n, -42n, 5n, 255n, 255n], '  3.25|5    |-0042|+5|ff|0xff'],
    ['%q %+q %x %U %c', ['a"b', 'é', 'hi', 65n, 65n], '"a\\"b" "\\u00e9" 6869 U+0041 A'],
    ['%T %T %T %T', [1n, 1.5, 'a', ['x']], 'int float64 string []string'],
    ['%#v', [{ a: [1n, 'x'], b: null }], 'map[string]interface {}{"a":[]interface {}{1, "x"}, "b":interface {}(nil)}'],
    ['%d', ['a'], '%!d(string=a)'],
    ['%s', [null], '%!s(<nil>)'],
    ['%d %d', [1n], '1 %!d(MISSING)'],
    ['x', [1n, 'a'], 'x%!(EXTRA int=1, string=a)'],
    ['%[2]d %[1]d', [1n, 2n], '2 1'],
    ['%*d|%-*d|', [4n, 1n, 4n, 1n], '   1|1   |'],
    ['%.*f', [1n, 2.25], '2.2'],
    ['%[9]d', [1n], '%!d(BADINDEX)'],
    ['%', [], '%!(NOVERB)'],
    ['100%%', [], '100%'],
    ['%.0f %.0f %.0f', [0.5, 1.5, 2.5], '0 2 2'],
    ['%.4g', [1.2345], '1.234'],
    ['%08.3f|%e|%G', [3.25159, 12345.678, 1e-7], '0003.252|1.234568e+04|1E-07'],
  ])('formats %s', (format, values, text) => {
    expect(sprintf(format, values)).toBe(text);
  });

  it('never fails on a format', () => {
    const value = fc.oneof(
      fc.string(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
    );
    const char = fc.constantFrom(...'%+-# 0123.*[]vsdqxXTpfgeUcbotz');
    fc.assert(
      fc.property(fc.array(char, { maxLength: 12 }), fc.array(value, { maxLength: 3 }), (chars, values) => {
        expect(typeof sprintf(chars.join(''), values)).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });

  it('bounds what it makes', () => {
    expect(() => sprintf('%100d', [1n], 50)).toThrow('text exceeds 50 characters');
  });
});

describe('formatFloat', () => {
  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const verb of ['g', 'e', 'f'] as const) expect(Number(formatFloat(value, verb, -1))).toBe(value);
      }),
    );
  });

  it('agrees with JavaScript where both round the same way', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e15, max: 1e15, noNaN: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          fc.pre(!Object.is(value, -0));
          expect(Math.abs(Number(formatFloat(value, 'f', digits)) - Number(value.toFixed(digits)))).toBeLessThanOrEqual(
            10 ** -digits,
          );
          expect(formatFloat(value, 'f', digits).replace(/^-?\d+\.?/, '')).toHaveLength(digits);
        },
      ),
    );
  });
});

describe('marshalJson', () => {
  it.each([
    [{ b: 1n, a: '<x>' }, '{"a":"\\u003cx\\u003e","b":1}'],
    [[1.5, 1e21, 1e-7, 100], '[1.5,1e+21,1e-7,100]'],
    [null, 'null'],
    [['a\u2028', '\udcff'], '["a\\u2028","\ufffd"]'],
  ])('writes %o', (value, json) => {
    expect(marshalJson(value)).toBe(json);
  });

  it('refuses what JSON has not', () => {
    expect(() => marshalJson(Number.NaN)).toThrow('json: unsupported value: NaN');
  });
});
