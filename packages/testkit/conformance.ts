/**
 * Runs conformance files: the name of a suite and paths enter on the command line, a line for each case that failed and the counts leave on standard
 * output, the exit code says whether all passed. `npm run conformance` bundles and calls this.
 */
import { existsSync } from 'node:fs';
import { runAlertmanagerSuite } from './alertmanager/run.ts';
import type { SuiteResult } from './case-report.ts';
import { runExpositionSuite } from './exposition/run.ts';
import { runKqlSuite } from './kql/run.ts';
import { runLogqlSuite } from './logql/run.ts';
import { runPromqlSuite } from './promql/suite.ts';
import { runRulesSuite } from './rules/run.ts';

interface SuiteOptions {
  /** Ask each case in further ways too, where a suite knows some. */
  readonly extraChecks: boolean;
}

const SUITES: Readonly<Record<string, (paths: string[], options: SuiteOptions) => Promise<SuiteResult>>> = {
  promql: runPromqlSuite,
  exposition: runExpositionSuite,
  rules: (paths) => runRulesSuite(paths),
  alertmanager: runAlertmanagerSuite,
  logql: (paths) => runLogqlSuite(paths),
  kql: (paths) => runKqlSuite(paths),
};

const USAGE = `usage: npm run conformance -- SUITE PATH… [--extra]\n  suites: ${Object.keys(SUITES).join(', ')}`;

async function main(args: readonly string[]): Promise<number> {
  const [name, ...paths] = args.filter((arg) => arg !== '--extra');
  const run = name === undefined ? undefined : SUITES[name];
  if (name === undefined || run === undefined) {
    console.error(name === undefined ? USAGE : `conformance: there is no suite "${name}"\n${USAGE}`);
    return 1;
  }
  if (paths.length === 0) {
    console.error(`conformance: suite "${name}" needs at least one path\n${USAGE}`);
    return 1;
  }
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.error(`conformance: there is no file ${missing}`);
    return 1;
  }
  const { passed, failed, skipped, lines } = await run(paths, { extraChecks: args.includes('--extra') });
  for (const line of lines) console.log(line);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
