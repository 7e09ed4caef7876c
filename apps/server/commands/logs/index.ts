/**
 * `petrel logs`: a query from the command line goes to a server's HTTP API, the lines that it finds are printed, oldest first, or followed as they come in. The command line calls `runLogs`.
 */
import type { QueryData } from '@petrel/api/contract/prometheus.ts';
import { isMetricExpr, parseLogql } from '@petrel/query/logql/index.ts';
import { LogqlParseError } from '@petrel/query/logql/parse/index.ts';
import { usageError } from '../../usage-error.ts';
import { ApiRequestError, createClient } from '../query/client.ts';
import { instantText } from '../query/text.ts';
import { followLines } from './follow-lines.ts';
import { commonLabels, lineText } from './line-text.ts';
import { type LogsOptions, logsOptions } from './options.ts';
import { mistakeText } from './query-mistake.ts';
import { readLines } from './read-lines.ts';

/** Returns the exit code: 0, or 1 when it could not be done. */
export async function runLogs(args: readonly string[], signal?: AbortSignal): Promise<number> {
  let options: LogsOptions;
  try {
    const isTerminal = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    options = logsOptions(args, { nowMs: Date.now(), isTerminal });
  } catch (error) {
    return usageError((error as Error).message);
  }
  endQuietlyWithTheReader();
  try {
    if (isMetricQuery(options)) await printMetric(options);
    else if (options.tail) await followAndPrint(options, signal);
    else await printLines(options);
    return 0;
  } catch (error) {
    const text = mistakeOf(error, options.query);
    if (text === undefined) throw error;
    process.stderr.write(`petrel: ${text}\n`);
    return 1;
  }
}

function mistakeOf(error: unknown, query: string): string | undefined {
  if (error instanceof ApiRequestError) return mistakeText(error.message, query, error.position);
  if (!(error instanceof LogqlParseError)) return undefined;
  const { start, end } = error.position;
  return mistakeText(error.message, query, { from: start, to: end });
}

/** Throws LogqlParseError for LogQL that does not parse: no server has to be asked for that. */
function isMetricQuery({ query, language, tail }: LogsOptions): boolean {
  if (language !== 'logql' || query.trim() === '') return false;
  const isMetric = isMetricExpr(parseLogql(query));
  if (isMetric && tail) throw new ApiRequestError('a metric query gives no lines that could be followed');
  return isMetric;
}

async function printMetric({ url, headers, query, endNs, output }: LogsOptions): Promise<void> {
  const client = createClient(url, headers, '/loki/api/v1');
  const { data } = await client.ask<QueryData>('query', { query, time: `${endNs}` });
  print(output === 'json' ? JSON.stringify(data.result) : instantText(data, 'table'));
}

async function printLines(options: LogsOptions): Promise<void> {
  const client = createClient(options.url, options.headers);
  const { output, colour, forward } = options;
  if (forward) {
    for await (const page of readLines(client, options)) print(page.map((line) => lineText(line, options)).join('\n'));
    return;
  }
  const lines = [];
  for await (const page of readLines(client, options)) lines.push(...page);
  // Read from the newest back, and shown as people read.
  lines.reverse();
  const common = output === 'default' ? commonLabels(lines) : undefined;
  if (common !== undefined && common.size > 0) process.stderr.write(`all of ${common.toString()}\n`);
  for (const line of lines) print(lineText(line, { output, colour, ...(common === undefined ? {} : { common }) }));
  if (lines.length === 0) process.stderr.write('no lines; a longer time may have some (--since 24h)\n');
}

async function followAndPrint(options: LogsOptions, given?: AbortSignal): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  given?.addEventListener('abort', stop, { once: true });
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await followLines(options, {
      signal: abort.signal,
      onMessage: ({ lines, dropped }) => {
        for (const line of lines) print(lineText(line, options));
        if (dropped > 0) process.stderr.write(`petrel: ${dropped} lines were left out, more came than can be shown\n`);
      },
      onNote: (note) => process.stderr.write(`petrel: ${note}\n`),
    });
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

let isQuiet = false;

/** `petrel logs … | head` ends when head has enough. */
function endQuietlyWithTheReader(): void {
  if (isQuiet) return;
  isQuiet = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
