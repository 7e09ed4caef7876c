import { parseArgs } from 'node:util';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { durationMs, nsOfMs, parseTimeNs } from '@petrel/api/loki/times.ts';
import { parseWhenMs } from '@petrel/api/native/when.ts';
import { joinRelativeTimes } from '../relative-times.ts';
import { takeUrl } from '../server-address.ts';

export type LogOutput = 'default' | 'json' | 'raw';

/** What the command line asks for. Times are nanoseconds, `[startNs, endNs)`. */
export interface LogsOptions {
  readonly url: string;
  readonly query: string;
  readonly language: LogLanguage;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Of a tail: how many lines from before; else how many lines in all. */
  readonly limit: number;
  readonly tail: boolean;
  readonly forward: boolean;
  readonly output: LogOutput;
  readonly colour: boolean;
  /** `name=value` each. */
  readonly headers: readonly string[];
}

const OPTIONS = {
  tail: { type: 'boolean', short: 't', default: false },
  since: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string', short: 'n' },
  kql: { type: 'boolean', default: false },
  lucene: { type: 'boolean', default: false },
  output: { type: 'string', short: 'o', default: 'default' },
  forward: { type: 'boolean', default: false },
  'no-color': { type: 'boolean', default: false },
  header: { type: 'string', multiple: true },
} as const;

const USAGE = 'write: petrel logs [URL] QUERY';
const DEFAULT_LIMIT = 100;
const DEFAULT_TAIL_LIMIT = 10;
const HOUR_MS = 3_600_000;

export interface Terminal {
  readonly nowMs: number;
  readonly isTerminal: boolean;
}

/** Throws an Error with what is wrong, for a person. */
export function logsOptions(args: readonly string[], { nowMs, isTerminal }: Terminal): LogsOptions {
  const { values, positionals } = parseArgs({
    args: [...joinRelativeTimes(args, ['--from', '--to'])],
    options: OPTIONS,
    strict: true,
    allowPositionals: true,
  });
  const { url, rest } = takeUrl(positionals);
  const [query, extra] = rest;
  if (query === undefined) throw new Error(`QUERY is missing; ${USAGE}`);
  if (extra !== undefined) throw new Error(`unexpected ${JSON.stringify(extra)}; ${USAGE}`);
  if (values.kql && values.lucene) throw new Error('--kql and --lucene are two languages; give one');
  return {
    url,
    query,
    language: values.kql ? 'kql' : values.lucene ? 'lucene' : 'logql',
    ...rangeOf(values, nowMs),
    limit: limitOf(values.limit, values.tail),
    tail: values.tail,
    forward: values.forward,
    output: outputOf(values.output),
    colour: isTerminal && !values['no-color'],
    headers: values.header ?? [],
  };
}

function rangeOf(
  { since, from, to, tail }: { since?: string; from?: string; to?: string; tail: boolean },
  nowMs: number,
): { readonly startNs: bigint; readonly endNs: bigint } {
  if (since !== undefined && from !== undefined) throw new Error('give --since or --from, not both');
  if (tail && to !== undefined) throw new Error('--tail has no end; leave --to out');
  const endNs = to === undefined ? nsOfMs(nowMs) : whenNs('--to', to, nowMs);
  const startNs = from === undefined ? endNs - nsOfMs(sinceMs(since)) : whenNs('--from', from, nowMs);
  if (endNs < startNs) throw new Error('the end is before the start');
  return { startNs, endNs };
}

function sinceMs(text: string | undefined): number {
  if (text === undefined) return HOUR_MS;
  const ms = durationMs(text);
  if (ms === undefined) throw new Error(`--since ${JSON.stringify(text)} is no duration such as 15m`);
  return ms;
}

/** RFC 3339, seconds, nanoseconds, `now`, or relative to now. */
function whenNs(name: string, text: string, nowMs: number): bigint {
  try {
    return /^\d{4}-|^\d{11,}$/.test(text) ? parseTimeNs(text) : nsOfMs(parseWhenMs(text, nowMs));
  } catch {
    throw new Error(`${name} ${JSON.stringify(text)} is no time: RFC 3339, seconds, or relative such as -1h`);
  }
}

function limitOf(text: string | undefined, tail: boolean): number {
  if (text === undefined) return tail ? DEFAULT_TAIL_LIMIT : DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--limit ${JSON.stringify(text)} is no positive number`);
  return Number(text);
}

function outputOf(text: string): LogOutput {
  if (text === 'default' || text === 'json' || text === 'raw') return text;
  throw new Error('--output is default, json or raw');
}
