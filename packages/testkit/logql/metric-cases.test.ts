import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CaseReport } from '../exposition/report.ts';
import { METRIC_FILE, runMetricCases } from './metric-cases.ts';

const PATH = resolve('../shared/conformance/logql', METRIC_FILE);

test.skipIf(!existsSync(PATH))(`metric queries over loaded lines (skipped where ${PATH} is not there)`, async () => {
  const report = new CaseReport();
  await runMetricCases(PATH, report);
  expect(report.lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
  expect(report.passed).toBeGreaterThan(700);
  // Labels with an empty value.
  expect(report.skipped).toBeLessThanOrEqual(2);
});
