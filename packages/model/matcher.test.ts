import { describe, expect, it } from 'vitest';
import { Labels } from './labels.ts';
import type { MatchType } from './matcher.ts';
import { compileAnchored, compileMatcher, literalAlternatives, matcherToString, matchesAll } from './matcher.ts';

const test = (type: MatchType, value: string) => compileMatcher({ type, name: 'job', value });

describe('matchers', () => {
  it.each<[MatchType, string, string, boolean]>([
    ['=', 'a', 'a', true],
    ['!=', 'a', '', true],
    ['=~', 'a|b', 'b', true],
    ['=~', 'a|b', 'ab', false],
    ['=~', 'a.*', 'abc', true],
    ['=~', '.*', 'line\nbreak', true],
    ['=~', 'a.c', 'a\nc', true],
    ['=~', '.+', '', false],
    ['=~', 'b', 'abc', false],
    ['=~', '', '', true],
    ['!~', 'a.*', 'abc', false],
    ['!~', '(?i)ABC', 'abc', false],
    ['=~', 'x^', 'x', false],
  ])('%s %j on %j is %s', (type, pattern, value, expected) => {
    expect(test(type, pattern)(value)).toBe(expected);
  });

  it('refuses what RE2 refuses', () => {
    expect(() => test('=~', '(a')).toThrow();
    expect(() => test('=~', '(?=a)a')).toThrow();
  });

  it('takes time linear in the text on patterns that explode elsewhere', () => {
    expect(test('=~', '(a+)+b')('a'.repeat(5000))).toBe(false);
  });

  it('compiles a pattern once, and keeps a bounded number of them', () => {
    const first = compileAnchored('a.*');
    expect(compileAnchored('a.*')).toBe(first);
    for (let i = 0; i < 200; i++) compileAnchored(`b${i}.*`);
    expect(compileAnchored('a.*')).not.toBe(first);
    const second = compileAnchored('a.*');
    for (let i = 0; i < 6; i++) expect(compileAnchored(`${'c'.repeat(100_000)}${i}.*`)('c')).toBe(false);
    expect(compileAnchored('a.*')).not.toBe(second);
  });

  it('knows sets of literals', () => {
    expect(literalAlternatives('a|b|')).toEqual(['a', 'b', '']);
    expect(literalAlternatives('a|b.')).toBeUndefined();
  });

  it('treats an absent label as empty', () => {
    const compiled = [{ name: 'job', matches: test('=', '') }];
    expect(matchesAll(compiled, Labels.of({ a: 'b' }))).toBe(true);
    expect(matchesAll(compiled, Labels.of({ job: 'b' }))).toBe(false);
    expect(matcherToString({ type: '!~', name: 'a', value: '"' })).toBe('a!~"\\""');
  });
});
