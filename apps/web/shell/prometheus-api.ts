/** Where in a query the mistake is; UTF-16 units, `to` exclusive. */
export interface QueryPosition {
  readonly from: number;
  readonly to: number;
}

/** A refused request: the server's own words, its errorType, and the HTTP status (0: nothing answered). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: string;
  readonly status: number;
  /** Where the query is at fault and the server says where. */
  readonly position: QueryPosition | undefined;

  constructor(message: string, type: string, status: number, position?: QueryPosition) {
    super(message);
    this.type = type;
    this.status = status;
    this.position = position;
  }
}

export interface ApiAnswer<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

interface Envelope<T> {
  readonly status: 'success' | 'error';
  readonly data?: T;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly position?: QueryPosition;
}

/** Asks one of the `/api/v1/…` endpoints by POST form, or GET without parameters. */
export async function askApi<T>(
  path: string,
  params: Readonly<Record<string, string>> | undefined,
  signal?: AbortSignal,
): Promise<ApiAnswer<T>> {
  const init = params === undefined ? {} : { method: 'POST', body: new URLSearchParams(params) };
  return openEnvelope<T>(await send(`/api/v1/${path}`, init, signal));
}

/** Asks any endpoint that answers in Prometheus's envelope, by GET; `path` begins at the root. Loki's refusals are plain text and become the error's message. */
export async function getEnvelope<T>(
  path: string,
  params: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<ApiAnswer<T>> {
  const search = new URLSearchParams(params).toString();
  return openEnvelope<T>(await send(search === '' ? path : `${path}?${search}`, {}, signal));
}

/** Posts JSON to one of Petrel's own endpoints, `/api/v1/petrel/…`. */
export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await openEnvelope<T>(await send(`/api/v1/petrel/${path}`, jsonInit(body), signal))).data;
}

/** Posts JSON and reads an answer of one JSON value a line as it comes; leaving the loop or aborting closes the connection. */
export async function* postForLines<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const response = await send(`/api/v1/petrel/${path}`, jsonInit(body), signal);
  if (!response.ok || response.body === null) {
    await openEnvelope(response);
    throw new ApiError(`HTTP ${response.status}`, 'internal', response.status);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const lines = new LineSplitter();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      for (const line of done ? lines.rest() : lines.push(value)) yield JSON.parse(line) as T;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Cuts a text that comes in pieces into its lines; empty ones are left out. */
export class LineSplitter {
  #kept = '';

  push(piece: string): readonly string[] {
    const parts = (this.#kept + piece).split('\n');
    this.#kept = parts.pop() ?? '';
    return parts.filter((line) => line.trim() !== '');
  }

  /** What came after the last line break. */
  rest(): readonly string[] {
    const last = this.#kept;
    this.#kept = '';
    return last.trim() === '' ? [] : [last];
  }
}

/** `fetch`, whose failure to reach the server is an ApiError like any other. An abort stays what it is. */
export async function send(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  return fetch(url, signal === undefined ? init : { ...init, signal }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError(String(error), 'unreachable', 0);
  });
}

export function jsonInit(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function openEnvelope<T>(response: Response): Promise<ApiAnswer<T>> {
  const text = await response.text();
  const envelope = parseEnvelope<T>(text);
  if (envelope === undefined) {
    const plain = response.headers.get('content-type')?.startsWith('text/plain') === true ? text.trim() : '';
    throw new ApiError(plain === '' ? `HTTP ${response.status}` : plain, 'internal', response.status);
  }
  if (envelope.status === 'error' || envelope.data === undefined) {
    const message = envelope.error ?? `HTTP ${response.status}`;
    throw new ApiError(message, envelope.errorType ?? 'internal', response.status, envelope.position);
  }
  return { data: envelope.data, warnings: envelope.warnings ?? [], infos: envelope.infos ?? [] };
}

function parseEnvelope<T>(text: string): Envelope<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Envelope<T>) : undefined;
  } catch {
    return undefined;
  }
}
