import { existsSync } from 'node:fs';
import type { LoadedRoutingConfig } from '@petrel/alerts/config/index.ts';
import { loadRoutingConfig } from '@petrel/alerts/config/index.ts';
import { INTEGRATIONS } from '@petrel/alerts/notify/integrations.ts';
import type { Route } from '@petrel/alerts/route/index.ts';
import { ConfigError, expandPattern, formatIssue } from '@petrel/config';
import { readTemplates } from '../alerting/template-files.ts';
import { checkEach, type Print } from './check-config.ts';

/**
 * `petrel check alertmanager FILE…`: loads each alertmanager.yml as the server would, looks whether the files that it names exist, and prints what was
 * found and SUCCESS, or FAILED with `file:line:column` for each finding. Returns the exit code: 0 when all are right, else 1.
 */
export async function checkAlertmanager(
  paths: readonly string[],
  print: Print,
  cwd: string = process.cwd(),
): Promise<number> {
  return checkEach(paths, print, (path) => checkOne(path, cwd, print));
}

function checkOne(path: string, cwd: string, print: Print): boolean {
  let loaded: LoadedRoutingConfig;
  try {
    loaded = loadRoutingConfig({ path, cwd, integrations: INTEGRATIONS });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const issue of error.issues) print(`  FAILED: ${formatIssue(issue)}`);
    return false;
  }
  const { config, warnings, references } = loaded;
  const lost = references
    .filter(({ target }) => !existsSync(target))
    .map(({ target, ...place }) => ({ ...place, message: `${target} does not exist: it is read when it is needed` }));
  // A secret may be written after the server has started, so that a missing one is no error.
  for (const warning of [...warnings, ...lost]) print(`  WARNING: ${formatIssue(warning)}`);
  for (const pattern of config.templates.filter((one) => expandPattern(one).length === 0)) {
    print(`  WARNING: ${path}: no template file matches ${pattern}`);
  }
  const found = readTemplates(config.templates);
  for (const { file, message } of found.issues) print(`  FAILED: ${file}: ${message}`);
  if (found.issues.length > 0) return false;
  const { route, inhibitRules, receivers, timeIntervals } = config;
  print(`  Found: ${count(countRoutes(route), 'route')}, ${count(receivers.length, 'receiver')}`);
  print(`    ${count(inhibitRules.length, 'inhibit rule')}, ${count(timeIntervals.length, 'time interval')}`);
  print(`    ${count(found.files.length, 'template file')}`);
  print(`  SUCCESS: ${path} is valid alertmanager configuration syntax`);
  return true;
}

function countRoutes({ routes }: Route): number {
  return routes.reduce((sum, child) => sum + countRoutes(child), 1);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
