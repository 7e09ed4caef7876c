/**
 * Runs the LogQL conformance files. Paths of files or of the folder enter, counts and a line a failed case leave. `npm run conformance` and a unit test
 * call.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SuiteResult } from '../case-report.ts';
import { CaseReport } from '../exposition/report.ts';
import { runCanonicalCases } from './canonical-cases.ts';
import { runJsonPathCases, runPatternCases } from './expression-cases.ts';
import { runMetricCases } from './metric-cases.ts';
import { runParseCases } from './parse-cases.ts';
import { runLineFilterCases, runStageCases, runUnwrapCases } from './stage-cases.ts';

const FILES: Readonly<Record<string, (path: string, report: CaseReport) => void | Promise<void>>> = {
  'parse.json': runParseCases,
  'canonical.json': runCanonicalCases,
  'metric_eval.json': runMetricCases,
  'stages.json': runStageCases,
  'line_filters.json': runLineFilterCases,
  'unwrap.json': runUnwrapCases,
  'patterns.json': runPatternCases,
  'json_paths.json': runJsonPathCases,
};

export async function runLogqlSuite(paths: readonly string[]): Promise<SuiteResult> {
  const report = new CaseReport();
  for (const path of paths.flatMap(filesOf)) {
    const run = FILES[basename(path)];
    if (run !== undefined) await run(path, report);
    else report.skip(path, 'no case of the logql suite has this name');
  }
  const { passed, failed, skipped, lines } = report;
  return { passed, failed, skipped, lines };
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return Object.keys(FILES)
    .map((file) => join(path, file))
    .filter((file) => existsSync(file));
}
