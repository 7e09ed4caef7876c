import type { ApiAnswer } from '../../shell/prometheus-api.ts';
import { askApi } from '../../shell/prometheus-api.ts';

/** `[unix seconds, value as text]`, as Prometheus's API answers it. */
export type ApiPoint = readonly [number, string];

export interface ApiHistogram {
  readonly count: string;
  readonly sum: string;
}

export type ApiHistogramPoint = readonly [number, ApiHistogram];

export interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: ApiPoint;
  readonly values?: readonly ApiPoint[];
  readonly histogram?: ApiHistogramPoint;
  readonly histograms?: readonly ApiHistogramPoint[];
}

export type ApiQueryData =
  | { readonly resultType: 'vector'; readonly result: readonly ApiSeries[] }
  | { readonly resultType: 'matrix'; readonly result: readonly ApiSeries[] }
  | { readonly resultType: 'scalar'; readonly result: ApiPoint }
  | { readonly resultType: 'string'; readonly result: ApiPoint };

export interface QueryAnswer extends ApiAnswer<ApiQueryData> {
  readonly elapsedMs: number;
}

/** Above it a browser draws a hedge, not a graph. */
export const MAX_SHOWN_SERIES = 200;

export interface GraphSeries {
  readonly name: string;
  readonly metric: Readonly<Record<string, string>>;
  /** One for each time of the grid; null where there is no value. */
  readonly values: readonly (number | null)[];
}

export interface GraphData {
  /** Unix seconds, ascending, evenly spaced. */
  readonly times: readonly number[];
  readonly series: readonly GraphSeries[];
  readonly totalSeries: number;
  readonly points: number;
}

export async function askInstant(expr: string, timeMs: number, signal: AbortSignal): Promise<QueryAnswer> {
  return timed(() => askApi<ApiQueryData>('query', { query: expr, time: String(timeMs / 1000) }, signal));
}

export async function askRange(
  expr: string,
  range: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const { fromMs, toMs, stepMs } = alignRange(range);
  const params = { query: expr, start: String(fromMs / 1000), end: String(toMs / 1000), step: String(stepMs / 1000) };
  return timed(() => askApi<ApiQueryData>('query_range', params, signal));
}

/**
 * Steps counted back from the end, as Prometheus's own page does: the last one is now. Aligned to multiples of the step they would keep
 * back the newest samples, and show nothing at all of a server that has just started.
 */
export function alignRange<R extends { readonly fromMs: number; readonly toMs: number; readonly stepMs: number }>(
  range: R,
): { readonly fromMs: number; readonly toMs: number; readonly stepMs: number } {
  const { stepMs } = range;
  const toMs = Math.floor(range.toMs / 1000) * 1000;
  const steps = Math.floor((toMs - range.fromMs) / stepMs);
  return { fromMs: toMs - steps * stepMs, toMs, stepMs };
}

/** Puts the answer's points on the grid of steps. */
export function toGraphData(
  result: readonly ApiSeries[],
  range: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): GraphData {
  const { fromMs, toMs, stepMs } = alignRange(range);
  const steps = Math.floor((toMs - fromMs) / stepMs) + 1;
  const times = Array.from({ length: steps }, (_, k) => (fromMs + k * stepMs) / 1000);
  let points = 0;
  for (const { values, histograms } of result) points += (values?.length ?? 0) + (histograms?.length ?? 0);
  const series = result.slice(0, MAX_SHOWN_SERIES).map((one) => {
    const values = new Array<number | null>(steps).fill(null);
    const put = (second: number, value: number): void => {
      const k = Math.round((second * 1000 - fromMs) / stepMs);
      // An infinite value has no place on the axis, but must not look like a gap in the data's other points.
      if (k >= 0 && k < steps) values[k] = Number.isFinite(value) ? value : null;
    };
    for (const [second, text] of one.values ?? []) put(second, parseValue(text));
    for (const [second, histogram] of one.histograms ?? []) put(second, parseValue(histogram.count));
    return { name: seriesName(one.metric), metric: one.metric, values };
  });
  return { times, series, totalSeries: result.length, points };
}

export function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** Prometheus's notation; `{}` for an empty set. */
export function seriesName(metric: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ');
  return inner === '' && name !== '' ? name : `${name}{${inner}}`;
}

async function timed(ask: () => Promise<ApiAnswer<ApiQueryData>>): Promise<QueryAnswer> {
  const begin = performance.now();
  const answer = await ask();
  return { ...answer, elapsedMs: performance.now() - begin };
}
