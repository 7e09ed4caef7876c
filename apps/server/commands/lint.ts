import { parseArgs } from 'node:util';
import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import type { LintData, LintFindingData } from '@petrel/api/contract/alerting.ts';
import { ConfigError, formatIssue } from '@petrel/config';
import { lint } from '@petrel/insight';
import { loadRuleFile } from '@petrel/rules';
import { usageError } from '../usage-error.ts';
import { type ConfigText, ConfigTextError, readConfigText, readConfigTexts } from './config-texts.ts';
import { ApiRequestError, createClient, NoServerError } from './query/client.ts';
import { takeUrl } from './server-address.ts';

const OPTIONS = {
  rules: { type: 'string', multiple: true },
  routes: { type: 'string' },
  format: { type: 'string', short: 'o', default: 'text' },
  header: { type: 'string', multiple: true },
  'fail-on-warning': { type: 'boolean', default: false },
} as const;

const EXIT_WARNINGS = 3;
const DEFAULT_INTERVAL_MS = 60_000;

interface Given {
  readonly rules?: readonly ConfigText[];
  readonly routing?: ConfigText;
}

/**
 * `petrel lint [URL] [--rules FILE…] [--routes FILE]`: what is likely wrong with rules and routes; of the configuration in force without files. A server adds
 * what its data says; without one, and without a URL, files are looked at by themselves. Returns the exit code: 1 with errors, 3 with warnings and
 * `--fail-on-warning`, else 0.
 */
export async function runLint(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return usageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  const { url, isGiven, rest } = takeUrl(positionals);
  if (rest.length > 0)
    return usageError(`unexpected ${JSON.stringify(rest[0])}; write: petrel lint [URL] --rules FILE… --routes FILE`);
  try {
    const given: Given = {
      ...(values.rules === undefined ? {} : { rules: readConfigTexts(values.rules) }),
      ...(values.routes === undefined ? {} : { routing: readConfigText(values.routes) }),
    };
    const data = await findingsOf(given, { url, isGiven, headers: values.header ?? [] });
    process.stdout.write(values.format === 'json' ? `${JSON.stringify(data)}\n` : lintText(data));
    return exitCode(data, values['fail-on-warning']);
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const issue of error.issues) process.stderr.write(`${formatIssue(issue)}\n`);
      return 1;
    }
    if (!(error instanceof ApiRequestError || error instanceof ConfigTextError)) throw error;
    process.stderr.write(`petrel: ${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
}

async function findingsOf(
  given: Given,
  server: { readonly url: string; readonly isGiven: boolean; readonly headers: readonly string[] },
): Promise<LintData> {
  const hasFiles = given.rules !== undefined || given.routing !== undefined;
  const client = createClient(server.url, server.headers);
  try {
    const answer = hasFiles
      ? await client.post<LintData>('petrel/lint', given)
      : await client.get<LintData>('petrel/lint', {});
    return answer.data;
  } catch (error) {
    if (!(error instanceof NoServerError) || server.isGiven || !hasFiles) throw error;
    process.stderr.write('petrel: no server answers, so only what the files themselves say is looked at\n');
    return offline(given);
  }
}

async function offline({ rules = [], routing }: Given): Promise<LintData> {
  const cwd = process.cwd();
  const groups = rules.flatMap(({ name, text }) => loadRuleFile({ path: name, text, cwd }).groups);
  const config =
    routing && loadRoutingConfig({ path: routing.name, text: routing.text, cwd, integrations: INTEGRATIONS }).config;
  return lint({
    groups,
    ...(config === undefined || routing === undefined ? {} : { routing: { config, file: routing.name } }),
    evaluationIntervalMs: DEFAULT_INTERVAL_MS,
    nowMs: Date.now(),
  });
}

/** A line for each finding in the form that editors jump to, and a summary. */
export function lintText({ findings, checked }: LintData): string {
  const lines = findings.map(
    ({ file, line, column, severity, subject, message, suggestion, check }) =>
      `${file}:${line}:${column}: ${severity}: ${subject}: ${message}; ${suggestion} [${check}]`,
  );
  const counts = (['error', 'warning', 'info'] as const)
    .map((severity) => ({ severity, n: findings.filter((one) => one.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}${severity === 'info' || n === 1 ? '' : 's'}`);
  const looked = `${checked.rules} rules, ${checked.routes} routes and ${checked.receivers} receivers looked at`;
  return `${[...lines, `${looked}: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}`].join('\n')}\n`;
}

function exitCode({ findings }: LintData, failOnWarning: boolean): number {
  const has = (severity: LintFindingData['severity']) => findings.some((one) => one.severity === severity);
  if (has('error')) return 1;
  return failOnWarning && has('warning') ? EXIT_WARNINGS : 0;
}
