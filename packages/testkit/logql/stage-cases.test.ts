import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CaseReport } from '../exposition/report.ts';
import { runJsonPathCases, runPatternCases } from './expression-cases.ts';
import { runLineFilterCases, runStageCases, runUnwrapCases } from './stage-cases.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/logql', import.meta.url));

test.skipIf(!existsSync(folder)).each([
  ['stages.json', runStageCases],
  ['line_filters.json', runLineFilterCases],
  ['unwrap.json', runUnwrapCases],
  ['patterns.json', runPatternCases],
  ['json_paths.json', runJsonPathCases],
] as const)('%s passes (skipped where the folder is absent)', (file, run) => {
  const report = new CaseReport();
  run(join(folder, file), report);
  expect(report.lines).toEqual([]);
  expect(report.failed + report.skipped).toBe(0);
  expect(report.passed).toBeGreaterThan(5);
});
