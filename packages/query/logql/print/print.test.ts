import { describe, expect, test } from 'vitest';
import { parseLogql } from '../parse/index.ts';
import { printLogql, printPretty } from './index.ts';
import { bytesText } from './stage-text.ts';

describe('printLogql', () => {
  test.each([
    [
      '{a="b",c!~`d\\.`}|json|x>5 and y="z"|line_format`{{.a}}`',
      '{a="b", c!~"d\\\\."} | json | ( x>5 , y="z" ) | line_format "{{.a}}"',
    ],
    ['{a="b"} | logfmt --keep-empty --strict x, y="z"', '{a="b"} | logfmt --strict --keep-empty x="x",y="z"'],
    ['{a="b"} | drop x , y="z" | keep q | distinct r, s', '{a="b"} | drop x,y="z" | keep q | distinct r,s'],
    ['{a="b"} | x = 1h30m | y != 2.5KiB | z = 0.5', '{a="b"} | x==1h30m0s | y!=2560B | z==0.5'],
    ['{a="b"} !> "x" or ip("y")', '{a="b"} !> "x" !> ip("y")'],
    [
      'quantile_over_time(0.50, {a="b"} | unwrap duration(x) | x > 1 [90s] offset 1m) by (c, d)',
      'quantile_over_time(0.5,{a="b"} | unwrap duration(x) | x>1[1m30s] offset 1m0s) by (c,d)',
    ],
    ['sum(rate({a="b"}[1h])) by (x, y)', 'sum by (x,y)(rate({a="b"}[1h]))'],
    ['max without () (rate({a="b"}[1h]))', 'max without ()(rate({a="b"}[1h]))'],
    ['sum by () (rate({a="b"}[1h]))', 'sum(rate({a="b"}[1h]))'],
    ['topk(3, rate({a="b"}[1w] offset -5m))', 'topk(3,rate({a="b"}[1w] offset -5m0s))'],
    ['vector(1) + 2 * 1e6', '(vector(1.000000) + 2e+06)'],
    [
      'rate({a="b"}[1m]) > bool on(x,y) group_right(z) rate({a="c"}[1m])',
      '(rate({a="b"}[1m]) > bool on (x,y) group_right (z) rate({a="c"}[1m]))',
    ],
    ['label_replace(vector(0),"a","$1","b","(.*)")', 'label_replace(vector(0.000000),"a","$1","b","(.*)")'],
    [
      'variants(rate({a="b"}[1m]),bytes_rate({a="b"}[1m])) of ({a="b"}[1m])',
      'variants(rate({a="b"}[1m]), bytes_rate({a="b"}[1m])) of ({a="b"}[1m])',
    ],
    ['{a="b"} | json | unwrap x | avg_over_time([5m]) | sum', 'sum(avg_over_time({a="b"} | json | unwrap x[5m]))'],
  ])('%s', (query, printed) => {
    expect(printLogql(parseLogql(query))).toBe(printed);
    expect(printLogql(parseLogql(printed))).toBe(printed);
  });

  test.each([
    [0, '0B'],
    [5, '5B'],
    [999, '999B'],
    [2e6, '2.0MB'],
    [10e9, '10GB'],
    [2560, '2560B'],
    [1e18, '1000PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

describe('printPretty', () => {
  test('what fits stays on its line', () => {
    expect(printPretty(parseLogql('sum(rate({a="b"}|json[5m]))'))).toBe('sum(rate({a="b"} | json[5m]))');
  });

  test('line filters share a line while they fit, then stages, unwrap, range and offset', () => {
    const query =
      'max_over_time({a="b"} |= "c" != "d" |= "a long one" or "e" | json | unwrap x | x>1 [5m] offset 1h) by (f, g)';
    expect(printPretty(parseLogql(query), 20)).toBe(
      [
        'max_over_time(',
        '  {a="b"}',
        '    |= "c" != "d"',
        '    |= "a long one" or "e"',
        '    | json',
        '    | unwrap x',
        '    | x>1 [5m] offset 1h',
        ') by (f, g)',
      ].join('\n'),
    );
  });

  test('operators and arguments', () => {
    const query =
      'quantile_over_time(0.9, {a="b"} | unwrap x [5m]) > bool on (c, d) topk(3, label_replace(vector(1), "e", "f", "g", "h"))';
    expect(printPretty(parseLogql(query), 20)).toBe(
      [
        '  quantile_over_time(',
        '    0.9,',
        '    {a="b"}',
        '      | unwrap x [5m]',
        '  )',
        '> bool on (c, d)',
        '  topk(',
        '    3,',
        '    label_replace(',
        '      vector(1.000000),',
        '      "e",',
        '      "f",',
        '      "g",',
        '      "h"',
        '    )',
        '  )',
      ].join('\n'),
    );
  });
});
