/** A refused request: the server's own words, its errorType, and the HTTP status (0: nothing answered). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: string;
  readonly status: number;

  constructor(message: string, type: string, status: number) {
    super(message);
    this.type = type;
    this.status = status;
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
}

/** Asks one of Prometheus's `/api/v1/…` endpoints by POST form, or GET without parameters. */
export async function askApi<T>(
  path: string,
  params: Readonly<Record<string, string>> | undefined,
  signal?: AbortSignal,
): Promise<ApiAnswer<T>> {
  const init: RequestInit = {
    ...(params === undefined ? {} : { method: 'POST', body: new URLSearchParams(params) }),
    ...(signal === undefined ? {} : { signal }),
  };
  const response = await fetch(`/api/v1/${path}`, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError(String(error), 'unreachable', 0);
  });
  const envelope = (await response.json().catch(() => undefined)) as Envelope<T> | undefined;
  if (envelope === undefined) throw new ApiError(`HTTP ${response.status}`, 'internal', response.status);
  if (envelope.status === 'error' || envelope.data === undefined) {
    throw new ApiError(envelope.error ?? `HTTP ${response.status}`, envelope.errorType ?? 'internal', response.status);
  }
  return { data: envelope.data, warnings: envelope.warnings ?? [], infos: envelope.infos ?? [] };
}
