import { describe, expect, test } from 'vitest';
import { completionContext, tokenizeLogql } from './index.ts';

/** `‸` is the cursor. */
function at(marked: string): ReturnType<typeof completionContext> & { readonly replaced: string } {
  const cursor = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const context = completionContext(text, cursor);
  return { ...context, replaced: text.slice(context.from, context.to) };
}

describe('completionContext', () => {
  test.each([
    ['‸', 'function', ''],
    ['ra‸te', 'function', 'rate'],
    ['sum(‸', 'function', ''],
    ['sum by (‸', 'field', ''],
    ['sum by (a, ser‸vice) (', 'field', 'service'],
    ['sum by (a) ‸', 'operator', ''],
    ['topk(5, ‸', 'function', ''],
    ['rate({a="b"}[1m]) + ‸', 'function', ''],
    ['{‸', 'labelName', ''],
    ['{ser‸', 'labelName', 'ser'],
    ['{a="b", ‸}', 'labelName', ''],
    ['{a ‸', 'matchOperator', ''],
    ['{a=‸', 'labelValue', ''],
    ['{a="ord‸', 'labelValue', 'ord'],
    ['{a="ord‸er"}', 'labelValue', 'order'],
    ['{a=~"x|‸", c="d"}', 'labelValue', 'x|'],
    ['{a="b" ‸', 'operator', ''],
    ['{a="b"} ‸', 'operator', ''],
    ['{a="b"} |‸', 'stage', ''],
    ['{a="b"} | js‸', 'stage', 'js'],
    ['{a="b"} |= "x‸', 'text', ''],
    ['{a="b"} != "x‸', 'text', ''],
    ['{a="b"} | json ‸', 'operator', ''],
    ['{a="b"} | json | level ‸', 'fieldOperator', ''],
    ['{a="b"} | json | level="err‸', 'fieldValue', 'err'],
    ['{a="b"} | json | level="error" and ‸', 'field', ''],
    ['{a="b"} | json | level != "‸', 'fieldValue', ''],
    ['{a="b"} | json | (level="error" or ‸', 'field', ''],
    ['{a="b"} | json | level="error" ‸', 'operator', ''],
    ['{a="b"} | unwrap ‸', 'field', ''],
    ['{a="b"} | unwrap duration(‸', 'field', ''],
    ['{a="b"} | unwrap x ‸', 'operator', ''],
    ['{a="b"} | drop ‸', 'field', ''],
    ['{a="b"} | drop a, b‸', 'field', 'b'],
    ['{a="b"} | label_format x=‸', 'field', ''],
    ['{a="b"} | distinct a, ‸', 'field', ''],
    ['{a="b"} | line_format "{{‸', 'text', ''],
    ['rate({a="b"}[‸', 'duration', ''],
    ['rate({a="b"}[5‸m])', 'duration', '5m'],
    ['rate({a="b"} | json [5m] offset ‸', 'duration', ''],
    ['rate({a="b"} | json [5m]) > ‸', 'function', ''],
    ['sum(rate({a="b"} | json [5m])) / on (‸', 'field', ''],
    ['{a="b"} # js‸', 'text', ''],
  ])('%s', (marked, kind, replaced) => {
    expect(at(marked)).toMatchObject({ kind, replaced });
  });

  test('tells whose value it is, and what the selector says so far', () => {
    const matchers = [
      { type: '=', name: 'app', value: 'x' },
      { type: '!~', name: 'env', value: 'y' },
    ];
    expect(at('{app="x", env!~"y", pod="‸"} | json')).toMatchObject({ label: 'pod', quoted: true, matchers });
    expect(at('{app="x", env!~"y"} | json | level="‸')).toMatchObject({ label: 'level', quoted: true, matchers });
    expect(at('rate({a="b"}[1m]) + rate({app="x", env!~"y"} | ‸')).toMatchObject({ kind: 'stage', matchers });
    expect(at('{app="x", env!~"y", pod=‸')).toMatchObject({ label: 'pod', matchers });
    expect(at('{app="x", env!~"y", pod=‸')).not.toHaveProperty('quoted');
  });
});

test('tokenizeLogql gives each part its kind', () => {
  const text = 'sum by (a) (rate({b="c"} |= "d" # e\n | logfmt --strict | x > 1.5 or y < 5m [1m])) $';
  expect(tokenizeLogql(text).map(({ kind, from, to }) => `${kind}:${text.slice(from, to)}`)).toEqual([
    'function:sum',
    'keyword:by',
    'punctuation:(',
    'label:a',
    'punctuation:)',
    'punctuation:(',
    'function:rate',
    'punctuation:(',
    'punctuation:{',
    'label:b',
    'operator:=',
    'string:"c"',
    'punctuation:}',
    'operator:|=',
    'string:"d"',
    'comment:# e',
    'operator:|',
    'stage:logfmt',
    'flag:--strict',
    'operator:|',
    'label:x',
    'operator:>',
    'number:1.5',
    'keyword:or',
    'label:y',
    'operator:<',
    'duration:5m',
    'duration:[1m]',
    'punctuation:)',
    'punctuation:)',
    'label:$',
  ]);
  expect(tokenizeLogql('{a="b').at(-1)).toEqual({ kind: 'error', from: 3, to: 5 });
});
