import { describe, expect, it } from 'vitest';
import { KqlParseError } from '../parse/errors.ts';
import { printKql } from '../parse/print.ts';
import { parseLucene } from './index.ts';

describe('parseLucene', () => {
  it.each([
    ['a b', 'a or b'],
    ['a AND b', 'a and b'],
    ['a && b || !c', 'a and b and not c'],
    ['a OR b AND c', 'b and c'],
    ['a AND b OR c', 'a and b'],
    ['+a b -c', 'a and not c'],
    ['a NOT b', 'a and not b'],
    ['NOT a', 'not a'],
    ['a AND (b OR c)', 'a and (b or c)'],
    ['f:(a b) g:"c d"', '(f: a or f: b) or g: "c d"'],
    ['f:(+a -b)', 'f: a and not f: b'],
    ['"a b"~3^2', '"a b"~3'],
    ['a~ b~1 abcd~0.5', 'a~ or b~1 or abcd~2'],
    ['a^2.5', 'a'],
    ['fo* b?r *', 'fo* or b?r or *'],
    ['f:* *:*', 'f: * or *:*'],
    ['/a\\/b.*/', '/a\\/b.*/'],
    ['n:[1 TO 5}', '(n >= "1" and n < "5")'],
    ['n:{* TO 5]', 'n <= "5"'],
    ['n:[* TO *]', 'n: *'],
    ['t:["2024-01-01" TO now]', '(t >= "2024-01-01" and t <= "now")'],
    ['n:>10 m:<=5 k:(>=1 AND <2)', 'n > "10" or m <= "5" or k >= "1" and k < "2"'],
    ['t:>=now-1d/d', 't >= "now-1d/d"'],
    ['t:[2024-01-01||+1M/d TO now/d]', '(t >= "2024-01-01||+1M/d" and t <= "now/d")'],
    ['_exists_:a.b', 'a.b: *'],
    ['a\\:b\\ c:d\\*e', 'a\\:b c: d\\*e'],
    ['book.\\*:x', 'book.*: x'],
    ['\\u0041b', 'Ab'],
    ['a - b', 'a or - or b'],
    ['', '*:*'],
  ])('%s means %s', (text, expected) => {
    const printed = printKql(parseLucene(text));
    expect(printed.replaceAll(/^\(|\)$/g, '')).toBe(expected.replaceAll(/^\(|\)$/g, ''));
  });

  it.each(['a:', 'a AND', '(a', 'a)', '"a', 'n:[1 TO', 'n:[1 2 3]', '/a', 'a^', 'a:b:c', 'OR', '~'])(
    '%s is refused',
    (text) => {
      expect(() => parseLucene(text)).toThrow(KqlParseError);
    },
  );
});
