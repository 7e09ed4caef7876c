import type { LintFindingData } from '@petrel/api/contract/alerting.ts';
import { expect, it } from 'vitest';
import { byFile, countFindings, findingMatches } from './data.ts';

const finding = (file: string, line: number, severity: LintFindingData['severity']): LintFindingData => ({
  check: 'missing-annotation',
  severity,
  file,
  line,
  column: 1,
  subject: 'HighLatency',
  message: 'has no summary',
  suggestion: 'Add one',
});
const findings = [
  finding('b.yml', 9, 'info'),
  finding('b.yml', 2, 'info'),
  finding('a.yml', 1, 'warning'),
  finding('c.yml', 1, 'error'),
];

it('puts files with errors first and lines in order', () => {
  expect(byFile(findings).map(({ file, findings: list }) => `${file} ${list.map(({ line }) => line)}`)).toEqual([
    'c.yml 1',
    'a.yml 1',
    'b.yml 2,9',
  ]);
  expect(countFindings(findings)).toEqual({ error: 1, warning: 1, info: 2 });
});

it('finds by every word', () => {
  const [first] = findings as [LintFindingData];
  expect(findingMatches(first, 'b.yml:9 summary')).toBe(true);
  expect(findingMatches(first, '')).toBe(true);
  expect(findingMatches(first, 'b.yml route')).toBe(false);
});
