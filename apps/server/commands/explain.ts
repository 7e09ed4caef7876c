import { parseArgs } from 'node:util';
import type { ExplainData, ExplainedAlertData } from '@petrel/api/contract/alerting.ts';
import { usageError } from '../usage-error.ts';
import { ApiRequestError, createClient } from './query/client.ts';
import { joinRelativeTimes } from './relative-times.ts';
import { DEFAULT_URL, takeUrl } from './server-address.ts';

const OPTIONS = {
  at: { type: 'string' },
  receiver: { type: 'string' },
  lang: { type: 'string' },
  format: { type: 'string', short: 'o' },
  header: { type: 'string', multiple: true },
} as const;

/** `petrel explain [URL] ALERT`: why an alert reached its receivers, or did not. Returns the exit code: 0 when something is known of the alert, else 1. */
export async function runExplain(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return usageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  // A word alone is the alert, whatever it looks like.
  const { url, rest } = positionals.length > 1 ? takeUrl(positionals) : { url: DEFAULT_URL, rest: positionals };
  const [alert, ...more] = rest;
  if (alert === undefined || more.length > 0)
    return usageError('write: petrel explain [URL] ALERT --at TIME --receiver NAME');
  try {
    const params: Record<string, string> = { alert };
    for (const name of ['at', 'receiver', 'lang'] as const) {
      const value = values[name];
      if (value !== undefined) params[name] = value;
    }
    const { data } = await createClient(url, values.header ?? []).get<ExplainData>('petrel/explain', params);
    process.stdout.write(values.format === 'json' ? `${JSON.stringify(data)}\n` : explainText(data));
    return data.alert === undefined ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ApiRequestError)) throw error;
    process.stderr.write(`petrel: ${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...joinRelativeTimes(args, ['--at'])],
    options: OPTIONS,
    strict: true,
    allowPositionals: true,
  });
}

/** The answer first, then what it rests on. */
export function explainText({ alert, notes, candidates }: ExplainData): string {
  const lines: string[] = [];
  if (alert !== undefined)
    lines.push(alert.verdict, '', ...ruleLines(alert), ...receiverLines(alert), ...entryLines(alert));
  lines.push(...notes);
  const others = candidates.slice(alert === undefined ? 0 : 1);
  if (others.length > 0) {
    lines.push('', 'Other alerts that were meant perhaps:');
    lines.push(
      ...others
        .slice(0, 10)
        .map(({ fingerprint, labels, lastSeen }) => `  ${fingerprint}  ${lastSeen}  ${JSON.stringify(labels)}`),
    );
  }
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function ruleLines({ rule }: ExplainedAlertData): readonly string[] {
  if (rule === undefined) return [];
  const wait = rule.forMs === 0 ? '' : `, for ${rule.forMs / 1000}s`;
  return [`rule      ${rule.name} (${rule.file}, group ${rule.group})`, `          ${rule.expr}${wait}`, ''];
}

function receiverLines({ receivers }: ExplainedAlertData): readonly string[] {
  return receivers.flatMap(({ receiver, reached, reason, text, attempts }) => [
    `receiver  ${receiver}: ${reached ? 'reached' : 'not reached'} (${reason})`,
    `          ${text}`,
    ...attempts.map(
      ({ time, integration, ok, answer }) => `          ${time} ${integration} ${ok ? 'ok' : 'failed'}: ${answer}`,
    ),
    '',
  ]);
}

function entryLines({ entries }: ExplainedAlertData): readonly string[] {
  return entries.length === 0 ? [] : [...entries.map(({ time, text }) => `${time}  ${text}`), ''];
}
