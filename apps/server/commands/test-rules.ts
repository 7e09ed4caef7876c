import { parseArgs } from 'node:util';
import type { RuleTestOptions } from '@petrel/rules/unit-test/index.ts';
import { runRuleTests } from '@petrel/rules/unit-test/index.ts';
import { usageError } from '../usage-error.ts';
import type { Print } from './check-config.ts';
import { promqlFeatures } from './promql-features.ts';

const OPTIONS = {
  run: { type: 'string', multiple: true },
  'enable-feature': { type: 'string', multiple: true },
  'ignore-unknown-fields': { type: 'boolean' },
} as const;

/**
 * `petrel test rules FILE…`: runs files of unit tests of rules, written for `promtool test rules`, and prints SUCCESS, or FAILED with what was
 * expected and what came instead. Returns the exit code: 0 when all pass, else 1.
 */
export async function testRules(args: readonly string[], print: Print, cwd: string = process.cwd()): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') return usageError(parsed);
  let failed = false;
  for (const path of parsed.files) {
    print(`Processing test file: ${path}`);
    const { failures, warnings } = await runRuleTests(path, { ...parsed.options, cwd });
    for (const warning of warnings) print(`  WARNING: ${warning}`);
    if (failures.length === 0) print('  SUCCESS');
    else {
      failed = true;
      print('  FAILED:');
      for (const failure of failures) print(`${failure}\n`);
    }
    print('');
  }
  return failed ? 1 : 0;
}

function parse(
  args: readonly string[],
): { readonly files: readonly string[]; readonly options: Omit<RuleTestOptions, 'cwd'> } | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const features = promqlFeatures(values['enable-feature'] ?? []);
    if (features === undefined) return `unknown feature in ${(values['enable-feature'] ?? []).join(',')}`;
    if (positionals.length === 0) return 'write: petrel test rules FILE…';
    const ignoreUnknownFields = values['ignore-unknown-fields'] === true;
    return { files: positionals, options: { features, ignoreUnknownFields, run: values.run ?? [] } };
  } catch (error) {
    return (error as Error).message;
  }
}
