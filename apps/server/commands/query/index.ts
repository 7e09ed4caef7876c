/**
 * `petrel query`: an expression from the command line goes to a server's HTTP API (Petrel's or Prometheus's), the answer is printed as
 * a table, a chart, JSON or PromQL's own notation. The command line calls `runQuery`.
 */
import { parseArgs } from 'node:util';
import type { QueryData } from '@petrel/api/contract/prometheus.ts';
import { usageError } from '../../usage-error.ts';
import { QueryFileError, readQueryFile } from '../query-file.ts';
import { renderChart } from './chart.ts';
import { type ApiClient, ApiRequestError, createClient } from './client.ts';
import { instantText, rangeTable } from './text.ts';

const DEFAULT_URL = 'http://127.0.0.1:7070';
/** Points across a chart when no step is given; also Prometheus's promtool. */
const DEFAULT_POINTS = 250;

const OPTIONS = {
  time: { type: 'string' },
  start: { type: 'string' },
  end: { type: 'string' },
  step: { type: 'string' },
  match: { type: 'string', multiple: true },
  header: { type: 'string', multiple: true },
  format: { type: 'string', short: 'o' },
  file: { type: 'string', short: 'f' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Returns the exit code. */
export async function runQuery(args: readonly string[]): Promise<number> {
  const [kind, ...rest] = args;
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(rest);
  } catch (error) {
    return usageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [first = ''] = positionals;
  const urlAlone = values.file !== undefined && positionals.length === 1;
  const hasUrl = /^https?:\/\//.test(first) || ((urlAlone || positionals.length > 1) && /^[\w.-]+:\d+/.test(first));
  const words = hasUrl ? positionals.slice(1) : positionals;
  const url = hasUrl ? (first.includes('://') ? first : `http://${first}`) : DEFAULT_URL;
  const client = createClient(url, values.header ?? []);
  try {
    switch (kind) {
      case 'instant':
        if (values.file !== undefined)
          return words.length === 0 ? await instantFile(client, values.file, values) : wants('URL');
        return words.length === 1 ? await instant(client, words[0] as string, values) : wants('EXPR');
      case 'range':
        return words.length === 1 ? await range(client, words[0] as string, values) : wants('EXPR');
      case 'series':
        return values.match === undefined ? wants('--match SELECTOR') : await series(client, values);
      case 'labels':
        return words.length === 1 ? await labels(client, words[0] as string, values) : wants('NAME');
      default:
        return usageError('write: petrel query instant|range|series|labels …');
    }
  } catch (error) {
    if (!(error instanceof ApiRequestError || error instanceof QueryFileError)) throw error;
    process.stderr.write(`petrel: ${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
}

function wants(what: string): number {
  return usageError(`${what} is missing, or there is too much; quote the expression`);
}

async function instant(client: ApiClient, query: string, values: Values): Promise<number> {
  const answer = await client.ask<QueryData>('query', { query, ...optional('time', values.time) });
  tellNotes(answer);
  if (values.format === 'json') print(JSON.stringify(answer.data.result));
  else print(instantText(answer.data, values.format ?? (process.stdout.isTTY ? 'table' : 'promql')));
  return 0;
}

/** Every query of the file; one that fails is told of and the rest go on. Returns 1 when any failed. */
async function instantFile(client: ApiClient, path: string, values: Values): Promise<number> {
  const queries = readQueryFile(path);
  const answers: unknown[] = [];
  let failed = false;
  for (const { name, query, line } of queries) {
    const head = { ...(name === '' ? {} : { name }), query };
    if (values.format !== 'json') print(`# ${name === '' ? query : `${name}: ${query}`}`.replaceAll('\n', '\n#   '));
    try {
      const answer = await client.ask<QueryData>('query', { query, ...optional('time', values.time) });
      tellNotes(answer);
      if (values.format === 'json') answers.push({ ...head, ...answer.data });
      else print(`${instantText(answer.data, values.format ?? (process.stdout.isTTY ? 'table' : 'promql'))}\n`);
    } catch (error) {
      if (!(error instanceof ApiRequestError)) throw error;
      failed = true;
      answers.push({ ...head, error: error.message });
      process.stderr.write(`petrel: ${path}:${line}: ${error.message}\n`);
    }
  }
  if (values.format === 'json') print(JSON.stringify(answers));
  return failed ? 1 : 0;
}

async function range(client: ApiClient, query: string, values: Values): Promise<number> {
  const end = values.end === undefined ? Date.now() / 1000 : seconds(values.end);
  const from = values.start === undefined ? end - 3600 : seconds(values.start);
  const ownStep = Math.max(1, Math.floor((end - from) / DEFAULT_POINTS));
  const step = values.step ?? `${ownStep}`;
  // Steps of our own choice are counted back from the end, so that the newest samples are among them.
  const start = values.step === undefined ? end - Math.floor((end - from) / ownStep) * ownStep : from;
  const answer = await client.ask<QueryData>('query_range', { query, start: `${start}`, end: `${end}`, step });
  tellNotes(answer);
  const { data } = answer;
  const format = values.format ?? (process.stdout.isTTY ? 'chart' : 'promql');
  if (data.resultType !== 'matrix' || format === 'json') print(JSON.stringify(data.result));
  else if (format === 'chart') {
    const { columns = 100, rows = 30, isTTY } = process.stdout;
    const colour = isTTY === true && process.env.NO_COLOR === undefined;
    print(renderChart(data.result, { startS: start, endS: end, columns, rows, colour }));
  } else print(rangeTable(data.result, format));
  return 0;
}

async function series(client: ApiClient, values: Values): Promise<number> {
  const found = await client.ask<readonly Record<string, string>[]>('series', {
    'match[]': values.match ?? [],
    ...optional('start', values.start),
    ...optional('end', values.end),
  });
  tellNotes(found);
  if (values.format === 'json') print(JSON.stringify(found.data));
  else for (const one of found.data) print(instantText({ resultType: 'vector', result: [{ metric: one }] }, 'labels'));
  return 0;
}

async function labels(client: ApiClient, name: string, values: Values): Promise<number> {
  const found = await client.ask<readonly string[]>(`label/${encodeURIComponent(name)}/values`, {
    'match[]': values.match ?? [],
    ...optional('start', values.start),
    ...optional('end', values.end),
  });
  tellNotes(found);
  if (values.format === 'json') print(JSON.stringify(found.data));
  else for (const value of found.data) print(value);
  return 0;
}

function tellNotes({ warnings = [], infos = [] }: { warnings?: readonly string[]; infos?: readonly string[] }): void {
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  for (const info of infos) process.stderr.write(`info: ${info}\n`);
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

function seconds(text: string): number {
  const ms = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiRequestError(`${JSON.stringify(text)} is neither seconds nor an RFC 3339 time`);
  return ms / 1000;
}

function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}
