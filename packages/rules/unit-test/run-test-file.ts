import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError, ConfigReading, expandPattern, formatIssue } from '@petrel/config';
import { isNull, isUsable } from '@petrel/config/schema/schema.ts';
import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';
import { RE2JS } from 're2js';
import { loadRuleFiles } from '../rule-file/load-rule-file.ts';
import type { RuleGroup } from '../rule-file/rule-group.ts';
import { runTestGroup } from './run-test-group.ts';
import type { RuleTestFile, RuleTestGroup } from './test-file.ts';
import { ruleTestTable } from './test-file.ts';

export interface RuleTestOptions {
  readonly cwd: string;
  readonly features?: Partial<ParseOptions>;
  /** RE2: only tests with a name that one of these is found in. */
  readonly run?: readonly string[];
  /** In rule files; the test file itself is read strictly. */
  readonly ignoreUnknownFields?: boolean;
}

export interface RuleTestReport {
  /** What failed, in promtool's words; empty: all passed. */
  readonly failures: readonly string[];
  /** Patterns that stand for no file, and what rule files have to say. */
  readonly warnings: readonly string[];
  /** How many tests ran. */
  readonly tests: number;
}

/** Runs a file of unit tests of rules as `promtool test rules` does. A file that cannot be read is a failure too. */
export async function runRuleTests(path: string, options: RuleTestOptions): Promise<RuleTestReport> {
  const warnings: string[] = [];
  try {
    const file = readTestFile(path, options.cwd);
    const order = evaluationOrder(file.groupEvalOrder);
    const groups = loadGroups(path, file, options, warnings);
    const chosen = file.tests.filter(nameFilter(options.run));
    const failures: string[] = [];
    for (const test of chosen) {
      failures.push(
        ...(await runTestGroup(test, {
          groups: [...groups].sort((a, b) => order(a.name) - order(b.name)),
          evaluationIntervalMs: file.evaluationIntervalMs || 60_000,
          fuzzyCompare: file.fuzzyCompare,
          features: options.features ?? {},
        })),
      );
    }
    return { failures, warnings, tests: chosen.length };
  } catch (error) {
    if (error instanceof ConfigError) return { failures: error.issues.map(formatIssue), warnings, tests: 0 };
    if (error instanceof TestFileError) return { failures: [error.message], warnings, tests: 0 };
    throw error;
  }
}

class TestFileError extends Error {
  override readonly name = 'TestFileError';
}

function readTestFile(path: string, cwd: string): RuleTestFile {
  const reading = new ConfigReading(cwd, {});
  const source = reading.open(path, undefined);
  if (source === undefined) throw reading.failure();
  const empty = { kind: 'map', position: source.tree.position, entries: new Map() } as const;
  const tree = isNull(source.tree) ? empty : source.tree;
  const file = ruleTestTable.decode(tree, { reading: source.reading, path: '' });
  if (reading.errors.length > 0 || !isUsable(file)) throw reading.failure();
  return file;
}

/** Groups that are named come in that order, the others keep theirs among the first. */
function evaluationOrder(names: readonly string[]): (group: string) => number {
  const places = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    if (places.has(name)) throw new TestFileError(`group name repeated in evaluation order: ${name}`);
    places.set(name, i);
  }
  return (group) => places.get(group) ?? 0;
}

function loadGroups(
  path: string,
  file: RuleTestFile,
  options: RuleTestOptions,
  warnings: string[],
): readonly RuleGroup[] {
  const { cwd, features, ignoreUnknownFields } = options;
  const folder = dirname(isAbsolute(path) ? path : join(cwd, path));
  const files = file.ruleFiles.flatMap((pattern) => {
    const found = expandPattern(isAbsolute(pattern) ? pattern : join(folder, pattern));
    if (found.length === 0) warnings.push(`no file match pattern ${pattern}`);
    return found;
  });
  const loaded = loadRuleFiles(files, {
    cwd,
    ...(features === undefined ? {} : { features }),
    ...(ignoreUnknownFields === undefined ? {} : { ignoreUnknownFields }),
  });
  return loaded.groups;
}

function nameFilter(run: readonly string[] | undefined): (test: RuleTestGroup) => boolean {
  if (run === undefined || run.length === 0) return () => true;
  const pattern = RE2JS.compile(run.join('|'));
  return ({ name }) => pattern.matcher(name).find();
}
