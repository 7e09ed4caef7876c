import { PetrelError } from '@petrel/model';

/** A request as the web server took it: header names in lower case, the body as it came over the wire. */
export interface ReceiveRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What stands behind the `?` of the URL, as it came; '' or absent when there is none. */
  readonly query?: string;
  readonly body: Uint8Array;
}

/** What the web server is to send. */
export interface ReceiveAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** The first value of a header, '' when there is none. */
export function headerOf(request: ReceiveRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** A media type in lower case and its parameters: `text/plain; a="b"` → ['text/plain', {a: 'b'}]. */
export function parseMediaType(header: string): readonly [string, Readonly<Record<string, string>>] {
  const [type = '', ...rest] = header.split(';');
  const params: Record<string, string> = {};
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=', 2).map((text) => text.trim());
    params[name.toLowerCase()] = value.replace(/^"(.*)"$/, '$1');
  }
  return [type.trim().toLowerCase(), params];
}

/** How long a sender waits when the store does not say. */
const DEFAULT_RETRY_AFTER_MS = 5_000;

/** Whole seconds, at least 1, as `Retry-After` wants them. */
export function retryAfterSeconds(error: PetrelError): number {
  return Math.max(1, Math.ceil((error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) / 1000));
}

/** Headers for an error answer. */
export function errorHeaders(error: PetrelError): Record<string, string> {
  return error.retryable ? { 'Retry-After': String(retryAfterSeconds(error)) } : {};
}

/** An error as plain text; rethrows what is not a PetrelError, since that is a bug. */
export function plainError(error: unknown): ReceiveAnswer {
  if (!(error instanceof PetrelError)) throw error;
  return {
    status: error.status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...errorHeaders(error) },
    body: `${error.message}\n`,
  };
}
