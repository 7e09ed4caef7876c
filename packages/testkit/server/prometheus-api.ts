import { ask } from './http.ts';

export interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface RangeVectorSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** The parts of Prometheus's HTTP API that tests ask; `url` is the server's root. Rejects with the server's own words. */
export async function queryInstant(url: string, query: string, timeS?: number): Promise<readonly InstantSeries[]> {
  return (await apiData<{ result: InstantSeries[] }>(url, 'query', timed(query, timeS))).result;
}

/** The samples themselves: `query` is a range selector such as `up[5m]`. */
export async function queryRaw(url: string, query: string, timeS?: number): Promise<readonly RangeVectorSeries[]> {
  return (await apiData<{ result: RangeVectorSeries[] }>(url, 'query', timed(query, timeS))).result;
}

/** The `data` of an endpoint under /api/v1. */
export async function apiData<T>(url: string, path: string, params: Readonly<Record<string, string>> = {}): Promise<T> {
  const isQuery = path.startsWith('query');
  const form = new URLSearchParams(params).toString();
  const { status, text } = isQuery
    ? await ask(`${url}/api/v1/${path}`, {
        body: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        timeoutMs: 60_000,
      })
    : await ask(`${url}/api/v1/${path}${form === '' ? '' : `?${form}`}`);
  const answer = JSON.parse(text) as { status: string; data: T; error?: string };
  if (answer.status !== 'success') throw new Error(`${path} answered ${status}: ${answer.error}`);
  return answer.data;
}

function timed(query: string, timeS: number | undefined): Record<string, string> {
  return timeS === undefined ? { query } : { query, time: String(timeS) };
}
