import { parseArgs } from 'node:util';
import { ConfigError, formatIssue } from '@petrel/config';
import type { LoadedRules, RuleFileOptions } from '@petrel/rules';
import { loadRuleFile } from '@petrel/rules';
import { usageError } from '../usage-error.ts';
import type { Print } from './check-config.ts';
import { promqlFeatures } from './promql-features.ts';

const OPTIONS = {
  'enable-feature': { type: 'string', multiple: true },
  'ignore-unknown-fields': { type: 'boolean' },
  language: { type: 'string', default: 'promql' },
} as const;

/**
 * `petrel check rules FILE…`: loads each file as the server would and prints SUCCESS with the number of its rules, or FAILED with
 * `file:line:column` for each finding; `--language logql` for files of Loki's ruler. Returns the exit code: 0 when all are right, else 1. Warnings change nothing.
 */
export function checkRules(args: readonly string[], print: Print, cwd: string = process.cwd()): number {
  const parsed = parse(args);
  if (typeof parsed === 'string') return usageError(parsed);
  let failed = false;
  for (const path of parsed.files) {
    print(`Checking ${path}`);
    if (!checkOne(path, { ...parsed.options, cwd }, print)) failed = true;
    print('');
  }
  return failed ? 1 : 0;
}

function parse(
  args: readonly string[],
): { readonly files: readonly string[]; readonly options: Omit<RuleFileOptions, 'cwd'> } | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const features = promqlFeatures(values['enable-feature'] ?? []);
    if (features === undefined) return `unknown feature in ${(values['enable-feature'] ?? []).join(',')}`;
    if (positionals.length === 0) return 'write: petrel check rules FILE…';
    const { language, 'ignore-unknown-fields': ignoreUnknownFields = false } = values;
    if (language !== 'promql' && language !== 'logql') return '--language is promql or logql';
    return { files: positionals, options: { features, ignoreUnknownFields, language } };
  } catch (error) {
    return (error as Error).message;
  }
}

function checkOne(path: string, options: RuleFileOptions, print: Print): boolean {
  let loaded: LoadedRules;
  try {
    loaded = loadRuleFile({ path, ...options });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print('  FAILED:');
    for (const issue of error.issues) print(formatIssue(issue));
    return false;
  }
  for (const warning of loaded.warnings) print(`  WARNING: ${formatIssue(warning)}`);
  const count = loaded.groups.reduce((n, { rules }) => n + rules.length, 0);
  print(`  SUCCESS: ${count} rules found`);
  return true;
}
