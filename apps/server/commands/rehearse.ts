import { parseArgs } from 'node:util';
import type { RehearsalData, RehearsalEvent } from '@petrel/api/contract/alerting.ts';
import { usageError } from '../usage-error.ts';
import { ConfigTextError, readConfigText, readConfigTexts } from './config-texts.ts';
import { ApiRequestError, createClient } from './query/client.ts';
import { rehearsalText } from './rehearsal-text.ts';
import { joinRelativeTimes } from './relative-times.ts';
import { takeUrl } from './server-address.ts';

const OPTIONS = {
  rules: { type: 'string', multiple: true },
  'log-rules': { type: 'string', multiple: true },
  routes: { type: 'string' },
  from: { type: 'string', default: '-7d' },
  to: { type: 'string', default: 'now' },
  interval: { type: 'string' },
  format: { type: 'string', short: 'o', default: 'text' },
  header: { type: 'string', multiple: true },
  'fail-on-gained': { type: 'boolean', default: false },
} as const;

/** Pages were gained, and `--fail-on-gained` says that they must not be. */
const EXIT_GAINED = 3;
const BAR_WIDTH = 30;

/**
 * `petrel rehearse [URL] --rules FILE… --routes FILE`: what these files would have sent, beside what the configuration in force would have. Returns the
 * exit code: 0; 1 when it could not be done; 3 when pages were gained and `--fail-on-gained` is given.
 */
export async function runRehearse(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return usageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  const { url, rest } = takeUrl(positionals);
  if (rest.length > 0)
    return usageError(
      `unexpected ${JSON.stringify(rest[0])}; write: petrel rehearse [URL] --rules FILE… --routes FILE`,
    );
  if (values.format !== 'text' && values.format !== 'json') return usageError('--format is text or json');
  try {
    const { from, to } = values;
    const body = {
      from,
      to,
      ...(values.rules === undefined ? {} : { rules: readConfigTexts(values.rules) }),
      ...(values['log-rules'] === undefined ? {} : { logRules: readConfigTexts(values['log-rules']) }),
      ...(values.routes === undefined ? {} : { routing: readConfigText(values.routes) }),
      ...(values.interval === undefined ? {} : { intervalMs: seconds(values.interval) * 1000 }),
    };
    const stream = createClient(url, values.header ?? []).stream<RehearsalEvent>('petrel/rehearse', body);
    const result = await resultOf(stream);
    process.stdout.write(values.format === 'json' ? `${JSON.stringify(result)}\n` : rehearsalText(result));
    return values['fail-on-gained'] && result.difference.gained.length > 0 ? EXIT_GAINED : 0;
  } catch (error) {
    if (!(error instanceof ApiRequestError || error instanceof ConfigTextError)) throw error;
    process.stderr.write(`petrel: ${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...joinRelativeTimes(args, ['--from', '--to'])],
    options: OPTIONS,
    strict: true,
    allowPositionals: true,
  });
}

async function resultOf(events: AsyncIterable<RehearsalEvent>): Promise<RehearsalData> {
  try {
    for await (const one of events) {
      if (one.event === 'result') return one.result;
      if (one.event === 'error') throw new ApiRequestError(one.error);
      showProgress(one);
    }
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
  throw new ApiRequestError('the server ended the rehearsal without a result');
}

function showProgress({ done, total, doing }: RehearsalEvent & { event: 'progress' }): void {
  if (!process.stderr.isTTY) return;
  const share = total === 0 ? 0 : done / total;
  const full = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
  process.stderr.write(`\r\u001b[K${bar} ${`${Math.floor(share * 100)}`.padStart(3)}% ${doing}`);
}

function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new ApiRequestError(`--interval ${JSON.stringify(text)} is no duration such as 30s`);
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * unit;
}
