import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createPromqlEngine } from '@petrel/query/promql/engine.ts';
import { type SuiteResult, sumResults } from '../case-report.ts';
import { FACT_FILES, runPromqlFacts } from './run-facts.ts';
import { type CaseResult, type MakeEngine, runPromqlScripts, runScript, SCRIPT_MAX_SAMPLES } from './run-script.ts';

/** The engine that the scripts run against, over samples in memory. */
export const makeScriptEngine: MakeEngine = (source, features) =>
  createPromqlEngine({ source, features, limits: { maxSamples: SCRIPT_MAX_SAMPLES } });

const SELF_TEST = 'runner_selftest.json';

/**
 * Every file in the format of the promql conformance folder: `.test` scripts, the fact files, the runner's self test; of a folder, all that it
 * holds. A last line gives the
 * counts of the script cases with and without native histograms.
 */
export async function runPromqlSuite(
  files: readonly string[],
  options: { extraChecks?: boolean } = {},
): Promise<SuiteResult> {
  const paths = files.flatMap(filesOf);
  const scripts = paths.filter((path) => path.endsWith('.test'));
  const facts = paths.filter((path) => FACT_FILES.includes(basename(path)));
  const selfTests = paths.filter((path) => basename(path) === SELF_TEST);
  const others = paths.filter((path) => !scripts.includes(path) && !facts.includes(path) && !selfTests.includes(path));
  const results = [await runPromqlFacts(facts)];
  for (const path of selfTests) results.push(await runSelfTest(path));
  if (scripts.length > 0) results.push(scriptResult(await runPromqlScripts(scripts, makeScriptEngine, options)));
  const skipped = others.map((path) => `SKIP ${path}: not a file that the promql suite runs`);
  results.push({ passed: 0, failed: 0, skipped: others.length, lines: skipped });
  return sumResults(results);
}

/** The scripts and fact files of a folder and of those in it; a file is itself. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test') || FACT_FILES.includes(basename(file)) || basename(file) === SELF_TEST)
    .sort()
    .map((file) => join(path, file));
}

function scriptResult(cases: readonly CaseResult[]): SuiteResult {
  const failed = cases.filter((c) => !c.passed);
  const lines = failed.map(
    ({ file, line, query, expected, got }) =>
      `FAIL ${file}:${line}: ${query}\n  expected ${expected ?? 'a script that runs'}\n  got      ${got ?? ''}`,
  );
  const count = (native: boolean): string => {
    const of = cases.filter((c) => c.nativeHistogram === native);
    return `${of.filter((c) => c.passed).length} of ${of.length}`;
  };
  lines.push(`NOTE evals passed: ${count(false)} without native histograms, ${count(true)} with`);
  return { passed: cases.length - failed.length, failed: failed.length, skipped: 0, lines };
}

interface SelfTestCase {
  readonly name: string;
  readonly script: string;
  readonly expected_error: string | null;
}

/** Scripts that must pass, and scripts that must fail; how a failure is worded does not count. */
async function runSelfTest(path: string): Promise<SuiteResult> {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly SelfTestCase[] };
  const lines: string[] = [];
  for (const { name, script, expected_error } of cases) {
    const run = await runScript(name, { text: script, makeEngine: makeScriptEngine });
    const failure = run.error ?? run.cases.find((c) => !c.passed)?.got;
    if ((failure === undefined) === (expected_error === null)) continue;
    lines.push(
      `FAIL ${SELF_TEST}: ${name}\n  expected ${expected_error ?? 'to pass'}\n  got      ${failure ?? 'passed'}`,
    );
  }
  return { passed: cases.length - lines.length, failed: lines.length, skipped: 0, lines };
}
