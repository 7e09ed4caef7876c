import { describe, expect, test } from 'vitest';
import { parseIp } from './ip-address.ts';
import { compileIpMatcher, findIp } from './ip-matcher.ts';
import { compileRegexTest, containsIgnoringCase } from './text-test.ts';

describe('addresses', () => {
  test.each([
    ['0.0.0.0', 0n],
    ['255.255.255.255', 0xffffffffn],
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['::ffff:1.2.3.4', 0xffff_0102_0304n],
    ['2001:db8:0:0:0:0:0:8', 0x2001_0db8_0000_0000_0000_0000_0000_0008n],
  ])('%s', (text, value) => {
    expect(parseIp(text)?.value).toBe(value);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.',
    ':',
    ':::',
    '1:2',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::1%',
    'x::',
  ])('%s is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test.each([
    ['10.1.2.3', 'from 10.1.2.3:80', true],
    ['10.1.2.3', 'from 10.1.2.30', false],
    ['10.0.0.0/8', 'a 9.1.1.1 b 10.255.0.1', true],
    ['10.1.2.3-10.1.2.9', '10.1.2.10', false],
    ['::ffff:10.1.2.3', '10.1.2.3', false],
    ['2001:db8::/32', 'peer [2001:DB8::5]', true],
    ['2001:db8::/32', '2001:db9::5', false],
  ])('%s in %s', (pattern, text, found) => {
    expect(findIp(text, compileIpMatcher(pattern))).toBe(found);
  });
});

describe('expressions', () => {
  test.each([
    ['a|b', 'xbx', true],
    ['a|b', 'xyz', false],
    ['.*a.*', 'bab', true],
    ['(?:a|b)', 'b', true],
    ['(?i)Kelvin', '\u212aELVIN', true],
    ['(?i)mist', 'MI\u017fT', true],
    ['a.b', 'a\nb', false],
    ['\\.\\*', 'x.*', true],
    ['a\\.*', 'a', true],
    ['', '', true],
  ])('%s on %s', (pattern, text, found) => {
    expect(compileRegexTest(pattern)(text)).toBe(found);
  });

  test('letters large and small are one', () => {
    expect(containsIgnoringCase('An ERROR', 'error')).toBe(true);
    expect(containsIgnoringCase('An ERRO', 'error')).toBe(false);
    expect(containsIgnoringCase('eerror', 'ERROR')).toBe(true);
  });
});
