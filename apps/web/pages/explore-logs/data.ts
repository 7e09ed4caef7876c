import type {
  LogFieldsAnswer,
  LogHistogramAnswer,
  LogLanguage,
  LogLinesAnswer,
  LogLineView,
  LogPatternsAnswer,
} from '@petrel/api/contract/logs.ts';
import type { ApiAnswer } from '../../shell/prometheus-api.ts';
import { getEnvelope } from '../../shell/prometheus-api.ts';
import type { ApiQueryData, QueryAnswer } from '../explore/data.ts';
import { alignRange } from '../explore/data.ts';
import { lineName } from './lines/line-key.ts';
import { quoteLogql } from './query-edit/logql-scan.ts';

const LOGS = '/api/v1/petrel/logs';
const LOKI = '/loki/api/v1';

/** Lines that one answer has at most. */
export const PAGE_LINES = 500;

export interface LogQuery {
  readonly query: string;
  readonly language: LogLanguage;
}

/** Milliseconds, `[fromMs, toMs)`. */
export interface RangeMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same range asked for again is another question: lines may have come late, or the server is back. */
export interface AskedRange extends RangeMs {
  readonly askedAtMs: number;
}

export interface LinesRequest extends LogQuery {
  /** Nanoseconds as text, `[startNs, endNs)`. */
  readonly startNs: string;
  readonly endNs: string;
  readonly direction: 'backward' | 'forward';
  readonly limit: number;
}

export type TimedAnswer<T> = T & { readonly elapsedMs: number };

export async function askLines(request: LinesRequest, signal?: AbortSignal): Promise<LogLinesAnswer> {
  const { query, language, startNs, endNs, direction, limit } = request;
  const params = { query, language, start: startNs, end: endNs, direction, limit: String(limit) };
  return (await getEnvelope<LogLinesAnswer>(`${LOGS}/query`, params, signal)).data;
}

/** Where the next page of an answer begins; undefined behind the last one. */
export function nextPage(request: LinesRequest, answer: LogLinesAnswer): LinesRequest | undefined {
  const first = answer.lines[0];
  const last = answer.lines.at(-1);
  if (!answer.more || first === undefined || last === undefined) return undefined;
  // The limit may have cut among lines of one time, so that time is asked for again; unless it fills a whole page.
  const whole = first.tsNs === last.tsNs && answer.lines.length >= request.limit;
  const edge = BigInt(last.tsNs);
  const known = whole ? 0 : answer.lines.filter((line) => line.tsNs === last.tsNs).length;
  const limit = PAGE_LINES + known;
  return request.direction === 'backward'
    ? { ...request, limit, endNs: String(whole ? edge : edge + 1n) }
    : { ...request, limit, startNs: String(whole ? edge + 1n : edge) };
}

export async function askHistogram(
  { query, language }: LogQuery,
  { fromMs, toMs }: RangeMs,
  { buckets, signal }: { readonly buckets: number; readonly signal: AbortSignal },
): Promise<TimedAnswer<LogHistogramAnswer>> {
  const begin = performance.now();
  const params = { query, language, start: toNs(fromMs), end: toNs(toMs), buckets: String(buckets) };
  const { data } = await getEnvelope<LogHistogramAnswer>(`${LOGS}/histogram`, params, signal);
  return { ...data, elapsedMs: performance.now() - begin };
}

export async function askFields(
  { query, language }: LogQuery,
  { fromMs, toMs }: RangeMs,
  signal?: AbortSignal,
): Promise<LogFieldsAnswer> {
  const params = { query, language, start: toNs(fromMs), end: toNs(toMs) };
  return (await getEnvelope<LogFieldsAnswer>(`${LOGS}/fields`, params, signal)).data;
}

export async function askPatterns(
  { query, language }: LogQuery,
  { fromMs, toMs }: RangeMs,
  { buckets, signal }: { readonly buckets: number; readonly signal: AbortSignal },
): Promise<LogPatternsAnswer> {
  const params = { query, language, start: toNs(fromMs), end: toNs(toMs), buckets: String(buckets) };
  return (await getEnvelope<LogPatternsAnswer>(`${LOGS}/patterns`, params, signal)).data;
}

/** A LogQL metric query over a grid of steps. */
export async function askMetricRange(
  query: string,
  range: RangeMs & { readonly stepMs: number },
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const { fromMs, toMs, stepMs } = alignRange(range);
  const params = { query, start: toNs(fromMs), end: toNs(toMs), step: `${stepMs / 1000}` };
  return timed(() => getEnvelope<ApiQueryData>(`${LOKI}/query_range`, params, signal));
}

/** A LogQL metric query at one time. */
export async function askMetricInstant(query: string, timeMs: number, signal: AbortSignal): Promise<QueryAnswer> {
  return timed(() => getEnvelope<ApiQueryData>(`${LOKI}/query`, { query, time: toNs(timeMs) }, signal));
}

export async function askLabelNames(range: RangeMs): Promise<readonly string[]> {
  const params = { start: toNs(range.fromMs), end: toNs(range.toMs) };
  return (await getEnvelope<readonly string[]>(`${LOKI}/labels`, params)).data;
}

export async function askLabelValues(name: string, range: RangeMs): Promise<readonly string[]> {
  const params = { start: toNs(range.fromMs), end: toNs(range.toMs) };
  return (await getEnvelope<readonly string[]>(`${LOKI}/label/${encodeURIComponent(name)}/values`, params)).data;
}

/** Lines by level of every service, the largest service first. */
export interface ServiceVolume {
  readonly service: string;
  readonly total: number;
  /** In no order. */
  readonly levels: readonly { readonly level: string; readonly count: number }[];
}

export async function askServices(range: RangeMs, signal: AbortSignal): Promise<readonly ServiceVolume[]> {
  const seconds = Math.max(1, Math.round((range.toMs - range.fromMs) / 1000));
  const query = `sum by (service_name, detected_level) (count_over_time({service_name=~".+"}[${seconds}s]))`;
  const { data } = await askMetricInstant(query, range.toMs, signal);
  const services = new Map<string, { level: string; count: number }[]>();
  for (const { metric, value } of data.resultType === 'vector' ? data.result : []) {
    const service = metric.service_name ?? '';
    const levels = services.get(service) ?? [];
    levels.push({ level: metric.detected_level ?? 'unknown', count: Number(value?.[1] ?? 0) });
    services.set(service, levels);
  }
  return [...services]
    .map(([service, levels]) => ({ service, levels, total: levels.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.total - a.total || (a.service < b.service ? -1 : 1));
}

export interface LineContext {
  /** Oldest first; the line itself is in the middle, named by `lineName`. */
  readonly lines: readonly LogLineView[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

const CONTEXT_REACH_NS = 24n * 3_600_000_000_000n;

/** What the line's own stream has before and after it, within a day. */
export async function askContext(
  view: LogLineView,
  { before, after }: { readonly before: number; readonly after: number },
  signal: AbortSignal,
): Promise<LineContext> {
  const at = BigInt(view.tsNs);
  const shared = { query: streamSelector(view.stream), language: 'logql' } as const;
  const [earlier, later] = await Promise.all([
    askLines(
      { ...shared, startNs: String(at - CONTEXT_REACH_NS), endNs: String(at), direction: 'backward', limit: before },
      signal,
    ),
    askLines(
      { ...shared, startNs: String(at), endNs: String(at + CONTEXT_REACH_NS), direction: 'forward', limit: after + 1 },
      signal,
    ),
  ]);
  const name = lineName(view);
  const own = later.lines.some((line) => lineName(line) === name) ? later.lines : [view, ...later.lines];
  return { lines: [...[...earlier.lines].reverse(), ...own], moreBefore: earlier.more, moreAfter: later.more };
}

export function streamSelector(stream: Readonly<Record<string, string>>): string {
  return `{${Object.entries(stream)
    .map(([name, value]) => `${name}=${quoteLogql(value)}`)
    .join(', ')}}`;
}

/** The address of a live tail that begins with the newest lines, at most `limit` of them, or with those from `startNs` on. */
export function tailUrl(
  { query, language }: LogQuery,
  { limit, startNs }: { readonly limit: number; readonly startNs?: string | undefined },
): string {
  const search = new URLSearchParams({ query, language, limit: String(limit) });
  if (startNs !== undefined) search.set('start', startNs);
  return `${location.origin.replace(/^http/, 'ws')}${LOGS}/tail?${search}`;
}

/** Nanoseconds as text. */
export function toNs(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}

async function timed(ask: () => Promise<ApiAnswer<ApiQueryData>>): Promise<QueryAnswer> {
  const begin = performance.now();
  const answer = await ask();
  return { ...answer, elapsedMs: performance.now() - begin };
}
