import type { ApiAnswer, ApiSuccess } from '@petrel/api/contract/prometheus.ts';

/** What went wrong with a request, in words for a person. */
export class ApiRequestError extends Error {
  override readonly name = 'ApiRequestError';
}

export interface ApiClient {
  /** `path` stands under /api/v1. Rejects with ApiRequestError. */
  ask<T>(path: string, params: Readonly<Record<string, string | readonly string[]>>): Promise<ApiSuccess<T>>;
}

/** `headers`: `name=value` each. */
export function createClient(baseUrl: string, headers: readonly string[]): ApiClient {
  const pairs = headers.map((header): [string, string] => {
    const at = header.indexOf('=');
    return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + 1)];
  });
  return {
    async ask<T>(path: string, params: Readonly<Record<string, string | readonly string[]>>) {
      const form = new URLSearchParams();
      for (const [name, value] of Object.entries(params)) {
        for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
      }
      // Values of a label can only be had by GET.
      const isGet = path.startsWith('label/');
      const url = `${baseUrl.replace(/\/+$/, '')}/api/v1/${path}${isGet ? `?${form}` : ''}`;
      const response = await send(url, pairs, isGet ? undefined : form);
      return readAnswer<T>(url, response);
    },
  };
}

async function send(url: string, headers: [string, string][], form: URLSearchParams | undefined): Promise<Response> {
  try {
    return await fetch(url, form === undefined ? { headers } : { method: 'POST', headers, body: form });
  } catch (error) {
    const { cause } = error as Error;
    const { origin } = URL.canParse(url) ? new URL(url) : { origin: url };
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message;
    throw new ApiRequestError(
      `${origin} does not answer (${reason}). Is the server running? Start one with \`petrel server\`, or give its URL.`,
    );
  }
}

async function readAnswer<T>(url: string, response: Response): Promise<ApiSuccess<T>> {
  const text = await response.text();
  let answer: ApiAnswer<T>;
  try {
    answer = JSON.parse(text) as ApiAnswer<T>;
  } catch {
    throw new ApiRequestError(`${url} answered ${response.status} and no JSON: ${text.slice(0, 200)}`);
  }
  if (answer.status !== 'success') throw new ApiRequestError(`${answer.errorType}: ${answer.error}`);
  return answer;
}
