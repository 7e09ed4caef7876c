/**
 * Runs the Alertmanager conformance files: matchers, time intervals, routing, inhibition, whole configurations and single blocks of receivers.
 * Paths of files or of the folder enter, counts and a line a failed case leave. `npm run conformance` and a unit test call.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SuiteResult } from '../case-report.ts';
import { CaseReport } from '../exposition/report.ts';
import { runFragments, runManifest, runValidFile } from './config-cases.ts';
import { runInhibitionCases } from './inhibition-cases.ts';
import { runIntervalCases } from './interval-cases.ts';
import { runMatcherCases } from './matcher-cases.ts';
import { runRoutingCases } from './routing-cases.ts';

const FILES: Readonly<Record<string, (path: string, report: CaseReport) => void>> = {
  'matchers.json': runMatcherCases,
  'timeintervals.json': runIntervalCases,
  'routing.json': runRoutingCases,
  'inhibition.json': runInhibitionCases,
  'manifest.json': runManifest,
  'receiver_fragments.json': runFragments,
};

/** Files of the folder that other tests run: their names and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'templates.json': 'packages/template',
  'scenarios.json': 'packages/alerts/engine',
};

export async function runAlertmanagerSuite(paths: readonly string[]): Promise<SuiteResult> {
  const report = new CaseReport();
  for (const path of paths.flatMap(filesOf)) {
    const run = path.endsWith('.yml') ? runValidFile : FILES[basename(path)];
    if (run !== undefined) run(path, report);
    else report.skip(path, ELSEWHERE[basename(path)] ?? 'no case of the alertmanager suite has this name');
  }
  const { passed, failed, skipped, lines } = report;
  return { passed, failed, skipped, lines };
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const examples = join(path, 'examples');
  const samples = existsSync(examples) ? readdirSync(examples).filter((file) => file.endsWith('.yml')) : [];
  return [...Object.keys(FILES).map((file) => join(path, file)), ...samples.map((file) => join(examples, file))].filter(
    (file) => existsSync(file),
  );
}
