import type { LogQueryErrorView } from '@petrel/api/contract/logs.ts';
import type { ApiAnswer, ApiSuccess } from '@petrel/api/contract/prometheus.ts';

/** What went wrong with a request, in words for a person. */
export class ApiRequestError extends Error {
  override readonly name: string = 'ApiRequestError';

  constructor(
    message: string,
    /** Where the query is at fault, if the server says so. */
    readonly position?: LogQueryErrorView['position'],
  ) {
    super(message);
  }
}

/** Nobody answers at the address. */
export class NoServerError extends ApiRequestError {
  override readonly name = 'NoServerError';
}

export function noServer(url: string, reason: string): NoServerError {
  return new NoServerError(
    `${url} does not answer (${reason}). Is the server running? Start one with \`petrel server\`, or give its URL.`,
  );
}

type Params = Readonly<Record<string, string | readonly string[]>>;

/** `path` stands under /api/v1, or what else the client was made for. All reject with ApiRequestError. */
export interface ApiClient {
  /** By POST with a form, but for what can only be had by GET. */
  ask<T>(path: string, params: Params): Promise<ApiSuccess<T>>;
  get<T>(path: string, params: Params): Promise<ApiSuccess<T>>;
  post<T>(path: string, body: object): Promise<ApiSuccess<T>>;
  /** NDJSON: each line as it comes. */
  stream<T>(path: string, body: object): AsyncGenerator<T>;
}

/** `headers`: `name=value` each. */
export function createClient(baseUrl: string, headers: readonly string[], prefix = '/api/v1'): ApiClient {
  const pairs = headers.map((header): [string, string] => {
    const at = header.indexOf('=');
    return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + 1)];
  });
  const urlOf = (path: string): string => `${baseUrl.replace(/\/+$/, '')}${prefix}/${path}`;
  const get = async <T>(path: string, params: Params): Promise<ApiSuccess<T>> => {
    const url = `${urlOf(path)}?${formOf(params)}`;
    return readAnswer<T>(url, await send(url, { headers: pairs }));
  };
  const json = (body: object): RequestInit => {
    return { method: 'POST', headers: [...pairs, ['content-type', 'application/json']], body: JSON.stringify(body) };
  };
  return {
    get,
    async ask<T>(path: string, params: Params) {
      // Values of a label can only be had by GET.
      if (path.startsWith('label/')) return get<T>(path, params);
      const url = urlOf(path);
      return readAnswer<T>(url, await send(url, { method: 'POST', headers: pairs, body: formOf(params) }));
    },
    async post<T>(path: string, body: object) {
      const url = urlOf(path);
      return readAnswer<T>(url, await send(url, json(body)));
    },
    async *stream<T>(path: string, body: object) {
      const url = urlOf(path);
      const response = await send(url, json(body));
      if (response.ok && response.body !== null) yield* linesOf<T>(url, response.body);
      else await readAnswer(url, response);
    },
  };
}

function formOf(params: Params): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  }
  return form;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause } = error as Error;
    const { origin } = URL.canParse(url) ? new URL(url) : { origin: url };
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message;
    throw noServer(origin, reason);
  }
}

async function* linesOf<T>(url: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    throw new ApiRequestError(`${url} broke off its answer: ${(error as Error).message}`);
  }
  if (rest.trim() !== '') throw new ApiRequestError(`${url} broke off its answer in the middle of a line`);
}

async function readAnswer<T>(url: string, response: Response): Promise<ApiSuccess<T>> {
  const text = await response.text();
  let answer: ApiAnswer<T>;
  try {
    answer = JSON.parse(text) as ApiAnswer<T>;
  } catch {
    // Loki's errors are text.
    throw new ApiRequestError(
      response.status === 400 && text !== ''
        ? text.slice(0, 2000)
        : `${url} answered ${response.status} and no JSON: ${text.slice(0, 200)}`,
    );
  }
  if (answer.status !== 'success') {
    throw new ApiRequestError(`${answer.errorType}: ${answer.error}`, (answer as Partial<LogQueryErrorView>).position);
  }
  return answer;
}
