import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseExpr } from '@petrel/query/promql/parse/index.ts';
import { describe, expect, test } from 'vitest';
import { QueryFileError, queriesOfMapping, queriesOfText, readQueryFile } from './query-file.ts';

describe('PromQL text', () => {
  test('comments name the query below them, blank lines separate', () => {
    expect(queriesOfText('// Rate\nrate(a[5m])\n\n# Errors\n# of all\nb / c\n\nd\n')).toEqual([
      { name: 'Rate', query: 'rate(a[5m])', line: 2 },
      { name: 'of all', query: 'b / c', line: 6 },
      { name: '', query: 'd', line: 8 },
    ]);
  });

  test('a query over several lines is one, lines that stand for themselves are several', () => {
    expect(queriesOfText('sum by (job) (\r\n  rate(a[5m])\r\n)\r\n')).toEqual([
      { name: '', query: 'sum by (job) (\nrate(a[5m])\n)', line: 1 },
    ]);
    expect(queriesOfText('// both\nup\nrate(a[5m])').map(({ name, query, line }) => [name, query, line])).toEqual([
      ['both', 'up', 2],
      ['', 'rate(a[5m])', 3],
    ]);
  });

  test('what is no PromQL comes back whole, for the server to say what is wrong', () => {
    expect(queriesOfText('up\nsum(')).toEqual([{ name: '', query: 'up\nsum(', line: 1 }]);
    expect(queriesOfText('// only a comment\n')).toEqual([]);
  });
});

describe('a mapping', () => {
  test('names to expressions, comments left out, numbers as written', () => {
    expect(
      queriesOfMapping('# USE\ncpu: sum(a{mode="idle"}) * 100\n\nlong: |\n  a\n  / b\nnumber: 1e3\n', 'x.yml'),
    ).toEqual([
      { name: 'cpu', query: 'sum(a{mode="idle"}) * 100', line: 2 },
      { name: 'long', query: 'a\n/ b', line: 4 },
      { name: 'number', query: '1e3', line: 7 },
    ]);
  });

  test('anything else is refused with its place', () => {
    const refusal = (text: string) => {
      try {
        queriesOfMapping(text, 'x.yml');
      } catch (error) {
        if (error instanceof QueryFileError) return error.message;
      }
      return '';
    };
    expect(refusal('- up\n')).toBe('x.yml: a mapping from names to expressions is expected');
    expect(refusal('a: up\nb:\n  c: up\n')).toBe('x.yml:2: b is no expression');
    expect(refusal('a: up\na: "x\n')).toMatch(/^x\.yml:\d: /);
  });
});

test('a file that is not there, or holds nothing, is an error in words', () => {
  expect(() => readQueryFile('/nowhere/x.promql')).toThrow(/cannot be read/);
});

const seed = join(import.meta.dirname, '../../../../shared/seed');

describe.skipIf(!existsSync(seed))('the seed files (skipped where ../shared/seed is not there)', () => {
  test('every query is read under its name and parses', () => {
    const red = readQueryFile(join(seed, 'red-queries.promql'));
    const use = readQueryFile(join(seed, 'use-queries.yml'));
    expect(red.map(({ name }) => name)).toEqual(['Rate(请求速率)', 'Errors(错误率)', 'Duration(请求耗时)']);
    expect(use.map(({ name }) => name)).toEqual([
      'cpu_utilization',
      'memory_utilization',
      'load_average',
      'disk_io_saturation',
      'network_errors',
      'disk_errors',
    ]);
    for (const { query } of [...red, ...use]) expect(() => parseExpr(query)).not.toThrow();
  });
});
