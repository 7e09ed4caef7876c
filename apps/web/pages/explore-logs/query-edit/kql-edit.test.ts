import { parseSearch } from '@petrel/query/kql/parse/index.ts';
import { describe, expect, it } from 'vitest';
import { addFilter, addPattern } from './field-filter.ts';

const add = (language: 'kql' | 'lucene', query: string, name: string, value: string, negate = false): string =>
  addFilter(language, query, { name, value, negate, from: 'json' });

describe('a condition in KQL', () => {
  it.each([
    ['', 'level', 'error', false, 'level: "error"'],
    ['*', 'level', 'error', false, 'level: "error"'],
    ['', 'level', 'error', true, 'not level: "error"'],
    ['a:1', 'b.c', 'x "y" \\z', false, 'a:1 and b.c: "x \\"y\\" \\\\z"'],
    ['a:1 and b:2', 'c', '3', true, 'a:1 and b:2 and not c: "3"'],
    ['a:1 OR b:2', 'c', '3', false, '(a:1 OR b:2) and c: "3"'],
    ['a:(1 or 2) and b:"x or y"', 'c', '3', false, 'a:(1 or 2) and b:"x or y" and c: "3"'],
    ['(a:1 or b:2)', 'c', '3', false, '(a:1 or b:2) and c: "3"'],
    ['level: "error"', 'level', 'error', false, 'level: "error"'],
    ['a:1 and level:"error"', 'level', 'error', false, 'a:1 and level:"error"'],
    ['a:1 and level:"error" and b:2', 'level', 'error', true, 'a:1 and not level: "error" and b:2'],
    ['NOT level: "error"', 'level', 'error', false, 'level: "error"'],
    ['@timestamp:[now-1h TO now]', 'a', 'b', false, '@timestamp:[now-1h TO now] AND a:"b"'],
    ['a:1 AND @timestamp:[now-1h TO now]', 'a', 'b', true, 'a:1 AND @timestamp:[now-1h TO now] AND NOT a:"b"'],
    ['', 'odd name:x', 'b', false, 'odd\\ name\\:x: "b"'],
    ['a:1', 'user', '', false, 'a:1 and not user: *'],
    ['a:1', 'user', '', true, 'a:1 and user: *'],
  ])('%s + %s=%s', (query, name, value, negate, expected) => {
    expect(add('kql', query, name, value, negate)).toBe(expected);
    parseSearch(expected, 'kql');
  });
});

describe('a condition in Lucene', () => {
  it.each([
    ['level:ERROR AND user_id:"12345"', 'a', 'b', false, 'level:ERROR AND user_id:"12345" AND a:"b"'],
    ['timeout refused', 'a', 'b', false, '(timeout refused) AND a:"b"'],
    ['a:1 || b:2', 'a', 'b', true, '(a:1 || b:2) AND NOT a:"b"'],
    ['a: 1 AND NOT b:2', 'c', '3', false, 'a: 1 AND NOT b:2 AND c:"3"'],
    [
      'level:ERROR AND @timestamp:[now-1h TO now]',
      'c',
      '3',
      false,
      'level:ERROR AND @timestamp:[now-1h TO now] AND c:"3"',
    ],
    ['NOT c:"3"', 'c', '3', false, 'c:"3"'],
  ])('%s + %s=%s', (query, name, value, negate, expected) => {
    expect(add('lucene', query, name, value, negate)).toBe(expected);
    parseSearch(expected, 'lucene');
  });
});

it('says a template by its fixed parts', () => {
  expect(addPattern('kql', 'a:1', 'user <_> logged in from <_>', false)).toBe('a:1 and "user" and "logged in from"');
  expect(addPattern('kql', '', 'user <_> logged in', true)).toBe('not ("user" and "logged in")');
  expect(addPattern('lucene', 'a:1', '<_> - <_>', true)).toBe('a:1');
});
