import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSearch } from '@petrel/query/kql/parse/index.ts';
import { isMetricExpr, parseLogql } from '@petrel/query/logql/parse/index.ts';
import { describe, expect, it } from 'vitest';
import type { FieldFilter } from './field-filter.ts';
import { addFilter, addPattern } from './field-filter.ts';
import { isMetricQuery } from './logql-scan.ts';

const suites = resolve(import.meta.dirname, '../../../../../../shared/conformance');
const logqlFile = resolve(suites, 'logql/parse.json');
const kqlFile = resolve(suites, 'kql/kql.json');
if (!existsSync(logqlFile)) console.warn(`skipped: ${logqlFile} is not there`);

const FILTERS: readonly FieldFilter[] = [
  { name: 'added', value: 'v', from: 'stream', negate: false },
  { name: 'added', value: 'v', from: 'stream', negate: true },
  { name: 'added', value: 'say "v"', from: 'metadata', negate: true },
  { name: 'added.name', value: 'v', from: 'json', negate: false },
  { name: 'foo', value: 'v', from: 'logfmt', negate: false },
];

describe.skipIf(!existsSync(logqlFile))('what is added to any query that parses', () => {
  it('parses in LogQL', () => {
    const { cases } = JSON.parse(readFileSync(logqlFile, 'utf8')) as { cases: { query: string; valid: boolean }[] };
    const wrong: string[] = [];
    for (const { query } of cases) {
      if (!parses(() => parseLogql(query))) continue;
      if (isMetricExpr(parseLogql(query)) !== isMetricQuery(query)) wrong.push(`numbers or lines: ${query}`);
      const edited = [
        ...FILTERS.map((filter) => addFilter('logql', query, filter)),
        addPattern('logql', query, 'took <_> ms', false),
        addPattern('logql', query, 'took <_> ms', true),
      ];
      for (const text of edited) {
        if (!parses(() => parseLogql(text))) wrong.push(`${query}  →  ${text}`);
        if (query.includes('{') && text === query) wrong.push(`nothing added to ${query}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('parses in KQL', () => {
    const { parse: cases } = JSON.parse(readFileSync(kqlFile, 'utf8')) as { parse: { query: string }[] };
    const wrong: string[] = [];
    for (const { query } of cases) {
      if (!parses(() => parseSearch(query, 'kql'))) continue;
      for (const filter of FILTERS) {
        const text = addFilter('kql', query, filter);
        if (!parses(() => parseSearch(text, 'kql'))) wrong.push(`${query}  →  ${text}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
