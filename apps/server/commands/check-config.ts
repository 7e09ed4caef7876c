import { existsSync } from 'node:fs';
import { ConfigError, expandPattern, formatIssue } from '@petrel/config';
import { type LoadedAlerting, loadAlerting } from '../alerting/load-alerting.ts';
import type { LoadedConfig } from '../config/index.ts';
import { loadConfig } from '../config/index.ts';

/** Where the report goes, a line at a time and without the newline. */
export type Print = (line: string) => void;

/**
 * `petrel check config FILE…`: loads each file and the rules and routing that it names as the server would, and prints
 * SUCCESS or FAILED with `file:line:column` for each finding. Returns the exit code: 0 when all are right, else 1.
 */
export async function checkConfig(
  paths: readonly string[],
  print: Print,
  cwd: string = process.cwd(),
): Promise<number> {
  return checkEach(paths, print, (path) => checkOne(path, cwd, print));
}

/** Each file under a line of its own. Returns the exit code: 0 when `check` finds all right, else 1. */
export function checkEach(paths: readonly string[], print: Print, check: (path: string) => boolean): number {
  let failed = false;
  for (const path of paths) {
    print(`Checking ${path}`);
    if (!check(path)) failed = true;
    print('');
  }
  return failed ? 1 : 0;
}

function checkOne(path: string, cwd: string, print: Print): boolean {
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig({ path, cwd });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const issue of error.issues) print(`  FAILED: ${formatIssue(issue)}`);
    return false;
  }
  const { config, warnings, references } = loaded;
  for (const warning of warnings) print(`  WARNING: ${formatIssue(warning)}`);
  const missing = references.filter(({ target }) => !existsSync(target));
  for (const { target, ...place } of missing) {
    print(`  FAILED: ${formatIssue({ ...place, message: `${target} does not exist` })}`);
  }
  // A pattern may stand for nothing yet; a file that is named must be there.
  const lost = config.ruleFiles.filter((pattern) => !/[*?[]/.test(pattern) && !existsSync(pattern));
  for (const file of lost) print(`  FAILED: ${path}: rule file ${file} does not exist`);
  if (missing.length + lost.length > 0) return false;
  const ruleFiles = config.ruleFiles.flatMap(expandPattern);
  let alerting: LoadedAlerting;
  try {
    alerting = loadAlerting(config, cwd);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const issue of error.issues) print(`  FAILED: ${formatIssue(issue)}`);
    return false;
  }
  for (const warning of alerting.warnings) print(`  WARNING: ${formatIssue(warning)}`);
  if (ruleFiles.length > 0) print(`  SUCCESS: ${ruleFiles.length} rule file${ruleFiles.length === 1 ? '' : 's'} found`);
  if (alerting.engine.routing !== undefined) print(`  SUCCESS: ${config.alerting.configFile} routes alerts`);
  print(`  SUCCESS: ${path} is valid petrel configuration syntax`);
  return true;
}
