import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from './base64.ts';
import { parseDurationSeconds } from './duration-text.ts';
import { stripDomain, stripPort } from './hosts.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts';
import { replacePattern } from './regexp.ts';
import { titleCase } from './title-case.ts';

describe('humanising', () => {
  it.each([
    [humanize, 0, '0'],
    [humanize, 1_234_567n, '1.235M'],
    [humanize, '.12', '120m'],
    [humanize, Number.NaN, 'NaN'],
    [humanize, -1500, '-1.5k'],
    [humanize1024, 1_234_567n, '1.177Mi'],
    [humanize1024, 1024, '1ki'],
    [humanizeDuration, 1_234_567n, '14d 6h 56m 7s'],
    [humanizeDuration, -90, '-1m 30s'],
    [humanizeDuration, 0.0001, '100us'],
    [humanizePercentage, 0.1234567, '12.35%'],
    [humanizeTimestamp, -1n, '1969-12-31 23:59:59 +0000 UTC'],
    [humanizeTimestamp, 'Inf', '+Inf'],
  ])('%o of %o', (call, value, text) => {
    expect(call(value)).toBe(text);
  });

  it('takes only numbers', () => {
    expect(() => humanize('one')).toThrow('strconv.ParseFloat: parsing "one": invalid syntax');
    expect(() => humanize(true)).toThrow("can't convert bool to float");
  });
});

describe('titleCase', () => {
  it.each([
    ["it's o'neil foo_bar foo-bar 1abc", "It's O'neil Foo_bar Foo-Bar 1Abc", "It's O'neil Foo_bar Foo-Bar 1Abc"],
    ['HELLO mcDonald', 'Hello Mcdonald', 'HELLO McDonald'],
    ['ßa ǆx ΣΑΣ', 'Ssa ǅx Σας', 'Ssa ǅx ΣΑΣ'],
  ])('of %s', (text, lower, kept) => {
    expect(titleCase(text, { keepCase: false })).toBe(lower);
    expect(titleCase(text, { keepCase: true })).toBe(kept);
  });
});

describe('replacePattern', () => {
  it.each([
    ['(a)b', '$1x', 'ab', ''],
    ['(?P<n>a)b', '$n-$$', 'ab', 'a-$'],
    ['a*', 'x', 'baac', 'xbxcx'],
    ['(a)(b)?', '[$2]', 'a', '[]'],
    ['\\bfoo', 'X', 'foo foo', 'X X'],
  ])('replaces %s by %s in %s', (pattern, replacement, text, output) => {
    expect(replacePattern(pattern, replacement, text)).toBe(output);
  });

  it('refuses what RE2 refuses', () => {
    expect(() => replacePattern('a(?=b)', '', '')).toThrow(
      'error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    );
  });
});

describe('hosts', () => {
  it.each([
    ['a.b:90', 'a.b', 'a:90'],
    ['10.0.0.1:90', '10.0.0.1', '10.0.0.1:90'],
    ['[::1]:90', '::1', '[::1]:90'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['1.2.3.4.5', '1.2.3.4.5', '1'],
  ])('of %s', (text, host, label) => {
    expect([stripPort(text), stripDomain(text)]).toEqual([host, label]);
  });
});

describe('texts', () => {
  it('reads durations', () => {
    expect(['1y', '1h2m10ms', '-1d', '0'].map(parseDurationSeconds)).toEqual([31_536_000, 3720.01, -86_400, 0]);
    expect(() => parseDurationSeconds('')).toThrow('empty duration string');
    expect(() => parseDurationSeconds('300000y')).toThrow('duration out of range');
  });

  it('reads the Base64 that it writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeBase64Url(encodeBase64Url(text))).toBe(text);
        expect(encodeBase64Url(text)).toBe(
          Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
        );
      }),
    );
  });
});
