import { HttpClient, HttpError } from '@petrel/http';
import { encodeSnappy } from '@petrel/wire';
import type { RemoteWriteConfig } from '../config.ts';

/** How a request ended. `retry`: worth sending again, after the time that the other end asks for. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly bytes: number }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

const CONTENT = {
  'prometheus.WriteRequest': { type: 'application/x-protobuf', version: '0.1.0' },
  'io.prometheus.write.v2.Request': {
    type: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    version: '2.0.0',
  },
} as const;

/** Enough of an error page to say what is wrong. */
const ANSWER_LIMIT_BYTES = 1 << 20;

/** Sends one encoded message to one remote end; never rejects for what the world does. */
export class RemoteClient {
  readonly #http: HttpClient;

  constructor(private readonly config: RemoteWriteConfig) {
    // As the client's own: headers may be secrets, which a redirect must not carry to another host.
    this.#http = new HttpClient(
      { ...config.http, headers: { ...config.http.headers, ...config.headers } },
      process.env,
    );
  }

  close(): void {
    this.#http.close();
  }

  async send(message: Uint8Array, attempt: number, signal: AbortSignal): Promise<SendOutcome> {
    const { config } = this;
    const body = encodeSnappy(message);
    const { type, version } = CONTENT[config.protobufMessage];
    try {
      const response = await this.#http.send({
        method: 'POST',
        url: config.url,
        headers: {
          'Content-Encoding': 'snappy',
          'Content-Type': type,
          'User-Agent': 'Petrel/0.1.0',
          'X-Prometheus-Remote-Write-Version': version,
          ...(attempt > 0 && { 'Retry-Attempt': String(attempt) }),
        },
        body,
        timeoutMs: config.remoteTimeoutMs,
        bodyLimitBytes: ANSWER_LIMIT_BYTES,
        signal,
      });
      if (response.status >= 200 && response.status < 300) return { kind: 'sent', bytes: body.length };
      const [line = ''] = response.body.toString('utf8').split('\n', 1);
      const reason = `server returned HTTP status ${response.status} ${response.statusText}: ${line.slice(0, 256)}`;
      const again = response.status >= 500 || (response.status === 429 && config.queueConfig.retryOnHttp429);
      if (!again) return { kind: 'refused', reason };
      return { kind: 'retry', reason, retryAfterMs: parseRetryAfter(response.headers['retry-after'], Date.now()) };
    } catch (error) {
      if (error instanceof HttpError || (error instanceof Error && 'code' in error)) {
        return { kind: 'retry', reason: error.message, retryAfterMs: 0 };
      }
      throw error;
    }
  }
}

/** Seconds or an HTTP date; 0 when there is none. */
export function parseRetryAfter(header: string | string[] | undefined, nowMs: number): number {
  const text = typeof header === 'string' ? header : header?.[0];
  if (text === undefined) return 0;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
