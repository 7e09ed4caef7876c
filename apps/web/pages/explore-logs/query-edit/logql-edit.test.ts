import { parseLogql } from '@petrel/query/logql/parse/index.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldFilter } from './field-filter.ts';
import { addLogqlFilter, addLogqlPattern } from './logql-edit.ts';
import { isMetricQuery, quoteLogql, scanLogql, unquoteLogql } from './logql-scan.ts';

const filter = (part: Partial<FieldFilter>): FieldFilter => ({
  name: 'pod',
  value: 'a-1',
  from: 'stream',
  negate: false,
  ...part,
});

describe('a label of the stream', () => {
  it.each<[query: string, part: Partial<FieldFilter>, expected: string]>([
    ['{app="x"}', {}, '{app="x", pod="a-1"}'],
    ['{app="x"}', { negate: true }, '{app="x", pod!="a-1"}'],
    ['{}', {}, '{pod="a-1"}'],
    ['{ app="x", }', {}, '{ app="x", pod="a-1"}'],
    ['', {}, '{pod="a-1"}'],
    ['{app="x"} |= "y" | json', {}, '{app="x", pod="a-1"} |= "y" | json'],
    ['{app="x}"} |= "{"', {}, '{app="x}", pod="a-1"} |= "{"'],
    ['sum by (app) (rate({app="x"} |= "e" [5m]))', {}, 'sum by (app) (rate({app="x", pod="a-1"} |= "e" [5m]))'],
    ['rate({a="1"}[5m]) / rate({a="2"}[5m])', {}, 'rate({a="1", pod="a-1"}[5m]) / rate({a="2", pod="a-1"}[5m])'],
    // Said already, said otherwise, said of another value.
    ['{app="x", pod="a-1"}', {}, '{app="x", pod="a-1"}'],
    ['{app="x", pod="a-1"}', { negate: true }, '{app="x", pod!="a-1"}'],
    // A selector must demand something.
    ['{pod="a-1"}', { negate: true }, '{service_name=~".+", pod!="a-1"}'],
    ['', { negate: true }, '{service_name=~".+", pod!="a-1"}'],
    ['{app="x", pod!="a-1"}', {}, '{app="x", pod="a-1"}'],
    ['{pod="b-2", app="x"}', {}, '{pod="a-1", app="x"}'],
    ['{pod="b-2"}', { negate: true }, '{pod="b-2", pod!="a-1"}'],
    ['{pod=~"a.*"}', {}, '{pod=~"a.*", pod="a-1"}'],
    ['{app="x"} # {not="this"}', {}, '{app="x", pod="a-1"} # {not="this"}'],
    // What is no query is left as it is.
    ['rate(', {}, 'rate('],
  ])('%s %j', (query, part, expected) => {
    expect(addLogqlFilter(query, filter(part))).toBe(expected);
    if (query !== 'rate(') parseLogql(expected);
  });
});

describe('a field that is no label of the stream', () => {
  const user = { name: 'user_id', value: '42' } as const;
  it.each<[query: string, part: Partial<FieldFilter>, expected: string]>([
    ['{app="x"}', { ...user, from: 'metadata' }, '{app="x"} | user_id="42"'],
    ['{app="x"}', { ...user, from: 'metadata', negate: true }, '{app="x"} | user_id!="42"'],
    ['', { ...user, from: 'metadata' }, '{service_name=~".+"} | user_id="42"'],
    ['{app="x"}', { ...user, from: 'json' }, '{app="x"} | json | user_id="42"'],
    ['{app="x"} | json', { ...user, from: 'json' }, '{app="x"} | json | user_id="42"'],
    ['{app="x"} | json a="b"', { ...user, from: 'json' }, '{app="x"} | json a="b" | json | user_id="42"'],
    ['{app="x"} | logfmt --strict', { ...user, from: 'logfmt' }, '{app="x"} | logfmt --strict | user_id="42"'],
    ['{app="x"} | json |= "y"', { ...user, from: 'json' }, '{app="x"} | json |= "y" | user_id="42"'],
    ['{app="x"} | json != "y"', { ...user, from: 'json' }, '{app="x"} | json != "y" | user_id="42"'],
    ['{app="x"} | json', { name: 'http.status', value: '500', from: 'json' }, '{app="x"} | json | http_status="500"'],
    ['{app="x"}', { name: 'app', value: 'y', from: 'json' }, '{app="x"} | json | app_extracted="y"'],
    ['{app="x"}', { ...user, from: 'json', streamNames: ['user_id'] }, '{app="x"} | json | user_id_extracted="42"'],
    [
      '{app="x"} | pattern "<user_id> <_>"',
      { ...user, from: 'parsed' },
      '{app="x"} | pattern "<user_id> <_>" | user_id="42"',
    ],
    // Metric queries: before the range, before unwrap, before the postfix aggregation, and not behind an offset.
    ['rate({app="x"}[5m])', { ...user, from: 'metadata' }, 'rate({app="x"} | user_id="42"[5m])'],
    [
      'rate({app="x"} |= "e" [5m] offset 1h)',
      { ...user, from: 'json' },
      'rate({app="x"} |= "e" | json | user_id="42" [5m] offset 1h)',
    ],
    [
      'sum(rate({app="x"} | json | unwrap d [5m]))',
      { ...user, from: 'json' },
      'sum(rate({app="x"} | json | user_id="42" | unwrap d [5m]))',
    ],
    [
      '{app="x"} | json | unwrap d | quantile_over_time(0.99, [5m])',
      { ...user, from: 'json' },
      '{app="x"} | json | user_id="42" | unwrap d | quantile_over_time(0.99, [5m])',
    ],
    ['rate({app="x"}[5m] |= "e")', { ...user, from: 'json' }, 'rate({app="x"}[5m] |= "e" | json | user_id="42")'],
    [
      'sum(sum_over_time({app="x"}[5m] | unwrap d))',
      { ...user, from: 'metadata' },
      'sum(sum_over_time({app="x"}[5m] | user_id="42" | unwrap d))',
    ],
    // Said already or otherwise; a filter of several parts is not taken apart.
    ['{app="x"} | json | user_id="42"', { ...user, from: 'json' }, '{app="x"} | json | user_id="42"'],
    ['{app="x"} | json | user_id="42"', { ...user, from: 'json', negate: true }, '{app="x"} | json | user_id!="42"'],
    ['{app="x"} | user_id!="42" | a="b"', { ...user, from: 'metadata' }, '{app="x"} | user_id="42" | a="b"'],
    [
      '{app="x"} | user_id="42" or a="b"',
      { ...user, from: 'metadata' },
      '{app="x"} | user_id="42" or a="b" | user_id="42"',
    ],
    [
      '{app="x"} | (user_id="42" and a="b")',
      { ...user, from: 'metadata' },
      '{app="x"} | (user_id="42" and a="b") | user_id="42"',
    ],
  ])('%s %j', (query, part, expected) => {
    expect(addLogqlFilter(query, filter(part))).toBe(expected);
    if (query !== 'rate(') parseLogql(expected);
  });
});

describe('a pattern', () => {
  it.each([
    ['{app="x"}', 'took <_> ms', false, '{app="x"} |> "took <_> ms"'],
    ['{app="x"}', 'took <_> ms', true, '{app="x"} !> "took <_> ms"'],
    [
      '{app="x"} |= "a" or "b" != "c" | json | d="e"',
      '<_> x',
      false,
      '{app="x"} |= "a" or "b" != "c" |> "<_> x" | json | d="e"',
    ],
    ['{app="x"} | json | d!="e"', '<_> x', false, '{app="x"} |> "<_> x" | json | d!="e"'],
    ['{app="x"} |> "<_> x"', '<_> x', false, '{app="x"} |> "<_> x"'],
    ['sum(rate({app="x"}[1m]))', '{"a":<_>}', true, 'sum(rate({app="x"} !> `{"a":<_>}`[1m]))'],
    ['', 'x <_>', false, '{service_name=~".+"} |> "x <_>"'],
  ])('%s with %s', (query, pattern, negate, expected) => {
    expect(addLogqlPattern(query, pattern, negate)).toBe(expected);
    parseLogql(expected);
  });
});

describe('the words of a query', () => {
  it('say any text in quotes, and read it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const quoted = quoteLogql(value);
        expect(unquoteLogql(quoted)).toBe(value);
        const tokens = scanLogql(`{a=${quoted}}`);
        expect(tokens.map((token) => token.text)).toEqual(['{', 'a', '=', quoted, '}']);
      }),
    );
  });

  it('lose nothing but blanks and comments of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}|="`\\ #a1[(!~>\n') }), (text) => {
        let at = 0;
        for (const token of scanLogql(text)) {
          expect(
            text
              .slice(at, token.from)
              .replaceAll(/#[^\n]*/g, '')
              .trim(),
          ).toBe('');
          expect(text.slice(token.from, token.to)).toBe(token.text);
          at = token.to;
        }
      }),
    );
  });

  it.each([
    ['{a="b"} |= "[5m]"', false],
    ['{a="b"} | json a="b[0]"', false],
    ['rate({a="b"}[5m])', true],
    ['{a="b"} | json | unwrap d | quantile_over_time(0.99, [5m])', true],
    ['(sum(rate({a="b"}[1m])))', true],
    ['vector(1)', true],
    ['', false],
    ['# all\n{a="b"}', false],
  ])('%s: numbers %s', (query, metric) => {
    expect(isMetricQuery(query)).toBe(metric);
  });
});
