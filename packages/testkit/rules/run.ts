/**
 * Runs the rules conformance folder: rule files that must load or be refused, promtool's unit tests of rules, every file of the collections of
 * rules. Paths of a manifest or of its folder enter, counts and a line a failed case leave. `npm run conformance` and a unit test call.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ConfigError } from '@petrel/config';
import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';
import { loadRuleFile } from '@petrel/rules/rule-file/index.ts';
import { runRuleTests } from '@petrel/rules/unit-test/index.ts';
import type { SuiteResult } from '../case-report.ts';
import { CaseReport } from '../exposition/report.ts';

interface ManifestEntry {
  readonly file: string;
  readonly kind: 'rules' | 'promtool-unit-test';
  readonly name?: string;
  readonly valid?: boolean;
  readonly error?: string;
  readonly name_validation?: 'legacy';
  readonly expect_exit?: number;
  readonly run_only_groups_matching?: readonly string[];
  readonly ignore_unknown_fields?: boolean;
  readonly note?: string;
}

const EVERYTHING_ON: ParseOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};

/** Folders of which every file is a rule file, but for those named as tests. */
const COLLECTIONS = ['awesome-prometheus-alerts', 'mixins', 'compliance-alert-generator'];

/** `leaveOut`: files of the manifest that are not run, for who has no time. */
export async function runRulesSuite(
  paths: readonly string[],
  { leaveOut = [] }: { readonly leaveOut?: readonly string[] } = {},
): Promise<SuiteResult> {
  const report = new CaseReport();
  for (const path of paths.map((given) => resolve(given))) {
    const manifest = statSync(path).isDirectory() ? join(path, 'manifest.json') : path;
    const folder = dirname(manifest);
    const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: readonly ManifestEntry[] };
    for (const entry of files.filter(({ file }) => !leaveOut.includes(file))) {
      if (entry.kind === 'rules') checkRuleFile(folder, entry, report);
      else await checkUnitTest(folder, entry, report);
    }
    for (const collection of COLLECTIONS) checkCollection(folder, collection, report);
  }
  const { passed, failed, skipped, lines } = report;
  return { passed, failed, skipped, lines };
}

function checkRuleFile(folder: string, entry: ManifestEntry, report: CaseReport): void {
  // The one file that says so needs every switch, and is refused without.
  const needsFeatures = entry.note?.startsWith('valid only with experimental') === true;
  const names = entry.name_validation ?? 'utf8';
  const error = loadError(join(folder, entry.file), { names, ...(needsFeatures ? { features: EVERYTHING_ON } : {}) });
  const got = error === undefined ? 'valid' : 'invalid';
  report.check(`${entry.file}: verdict`, entry.valid === true ? 'valid' : 'invalid', got, error);
  if (needsFeatures) {
    report.check(`${entry.file}: without features`, true, loadError(join(folder, entry.file), { names }) !== undefined);
  }
  if (entry.error !== undefined)
    report.check(`${entry.file}: says ${entry.error}`, true, error?.includes(entry.error), error);
}

function loadError(
  path: string,
  options: { readonly names?: 'legacy' | 'utf8'; readonly features?: ParseOptions } = {},
): string | undefined {
  try {
    loadRuleFile({ path, cwd: '/', ...options });
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

async function checkUnitTest(folder: string, entry: ManifestEntry, report: CaseReport): Promise<void> {
  const name = `${entry.file} (${entry.name})`;
  if (entry.note?.startsWith('historic switch') === true) {
    report.skip(name, 'Petrel, like today’s Prometheus, has no switch for the @ modifier');
    return;
  }
  const { failures } = await runRuleTests(join(folder, entry.file), {
    cwd: '/',
    ...(entry.run_only_groups_matching === undefined ? {} : { run: entry.run_only_groups_matching }),
    ...(entry.ignore_unknown_fields === undefined ? {} : { ignoreUnknownFields: entry.ignore_unknown_fields }),
  });
  report.check(name, entry.expect_exit, failures.length === 0 ? 0 : 1, failures.join('\n'));
}

function checkCollection(folder: string, collection: string, report: CaseReport): void {
  for (const file of readdirSync(join(folder, collection), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.ya?ml$/.test(file) || /(?:^|\/)tests\//.test(file)) continue;
    const path = join(folder, collection, file);
    const error = loadError(path);
    report.check(relative(folder, path), 'valid', error === undefined ? 'valid' : 'invalid', error);
  }
}
