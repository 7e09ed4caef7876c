import type { HttpClient, HttpClientConfig } from '@petrel/http';
import { HttpError, SecretFiles } from '@petrel/http';
import type { Logger } from '@petrel/model';
import { TemplateError } from '@petrel/template';
import { DeliveryError } from './delivery-error.ts';
import { goJson } from './go-json.ts';
import type { Message } from './message-data.ts';
import { createMessage } from './message-data.ts';
import type { DeliveryOutcome, Notification, Notifier, NotifierTools } from './notifier.ts';
import { Redaction } from './redaction.ts';
import { truncateRunes } from './truncate.ts';

/** Of an answer no more is read: error pages can be large, what they say stands at their beginning. */
const ANSWER_LIMIT_BYTES = 64 * 1024;
/** A server that does not answer within this time is tried again; the engine's own deadline may come earlier. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Of what goes into the ledger and onto the screen. */
const DETAIL_LIMIT = 400;

export const USER_AGENT = 'Petrel/0.1.0';

/** A request. `json` is encoded as Go would, with a final line break; `body` goes as it is. Default method POST, default type JSON. */
export interface HttpCall {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly json?: unknown;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower case, '' when the server named none. */
  readonly contentType: string;
  /** The first 64 KiB. */
  readonly text: string;
  /** The `Retry-After` header as it was sent. */
  readonly retryAfter: string | undefined;
}

export interface StatusRule {
  /** Statuses besides 5xx after which another attempt may succeed. */
  readonly retryStatuses?: readonly number[];
  /** What the error says besides the status; default the beginning of the body. */
  details?(answer: HttpAnswer): string;
}

/** What an attempt works with. */
export interface HttpExchange {
  readonly message: Message;
  /** Resolves with any status; rejects with HttpError. Redirects, authentication and proxies follow the `http_config`. */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** The inline value, else the file's content trimmed, else ''. Never shown from then on. Rejects with a permanent DeliveryError when the file cannot be read. */
  secret(inline: string | undefined, file: string | undefined): Promise<string>;
  /** As `secret`, for a URL that is a credential itself. */
  secretUrl(inline: string | undefined, file: string | undefined): Promise<string>;
  readonly redaction: Redaction;
}

export interface HttpNotifierOptions {
  readonly tools: NotifierTools;
  readonly http: HttpClientConfig;
  /** Of the whole attempt; 0 or absent: 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Makes one attempt and resolves with what went well, in a few words. Rejects with DeliveryError or HttpError; anything else (a template's error) counts as permanent. */
  deliver(exchange: HttpExchange): Promise<string>;
}

/** A notifier that speaks HTTP: every way to fail becomes an outcome, and no credential gets into one. */
export function createHttpNotifier(options: HttpNotifierOptions): Notifier {
  const { tools, http } = options;
  const client = tools.http(http);
  const secrets = new SecretFiles();
  return {
    async notify(notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome> {
      const redaction = new Redaction().addHttpConfig(http);
      const endMs = performance.now() + (options.timeoutMs || DEFAULT_TIMEOUT_MS);
      try {
        const detail = await options.deliver({
          message: createMessage(notification, tools),
          send: (call) => send(client, call, { signal, timeoutMs: Math.max(1, Math.ceil(endMs - performance.now())) }),
          secret: async (inline, file) => {
            const value = await readSecret(secrets, inline, file);
            redaction.add(value);
            return value;
          },
          secretUrl: async (inline, file) => {
            const value = await readSecret(secrets, inline, file);
            redaction.addSecretUrl(value);
            return value;
          },
          redaction,
        });
        return { ok: true, detail: truncateRunes(await redaction.clean(detail), DETAIL_LIMIT).text };
      } catch (error) {
        return await failedOutcome(error, redaction, tools.logger);
      }
    },
    close: () => client.close(),
  };
}

/** Passes a 2xx; else rejects with `unexpected status code 500: …`, retryable for 5xx and the rule's statuses. */
export function requireSuccess(answer: HttpAnswer, rule: StatusRule = {}): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const retryable = answer.status >= 500 || (rule.retryStatuses ?? []).includes(answer.status);
  const details = (rule.details ?? ((given: HttpAnswer) => given.text))(answer).trim();
  const wait = retryable && answer.retryAfter !== undefined ? ` (Retry-After: ${answer.retryAfter})` : '';
  throw new DeliveryError(
    `unexpected status code ${answer.status}${wait}${details === '' ? '' : `: ${details}`}`,
    retryable,
  );
}

/** What a rejected attempt comes to, without credentials. What nobody expected is logged as well: it is a bug, and alerting goes on. */
export async function failedOutcome(error: unknown, redaction: Redaction, logger: Logger): Promise<DeliveryOutcome> {
  const text = await redaction.clean(error instanceof Error ? error.message : String(error));
  const expected = [DeliveryError, HttpError, TemplateError].some((kind) => error instanceof kind);
  if (!expected) {
    const stack = error instanceof Error ? await redaction.clean(error.stack ?? '') : '';
    logger.error('a notifier failed in a way that it does not know', { error: text, stack });
  }
  return { ok: false, retryable: isRetryable(error), error: truncateRunes(text, DETAIL_LIMIT).text };
}

function isRetryable(error: unknown): boolean {
  if (error instanceof DeliveryError) return error.retryable;
  // Where the configuration does not allow to connect, it will not do so next time. A template fails next time as well.
  return error instanceof HttpError && error.kind !== 'forbidden';
}

async function send(
  client: HttpClient,
  call: HttpCall,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<HttpAnswer> {
  const body = call.json === undefined ? call.body : `${goJson(call.json)}\n`;
  const response = await client.send({
    method: call.method ?? 'POST',
    url: call.url,
    headers: {
      'User-Agent': USER_AGENT,
      ...(body === undefined ? {} : { 'Content-Type': call.contentType ?? 'application/json' }),
      ...call.headers,
    },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    timeoutMs: limits.timeoutMs,
    bodyLimitBytes: ANSWER_LIMIT_BYTES,
    beyondLimit: 'truncate',
    signal: limits.signal,
  });
  const { 'content-type': contentType, 'retry-after': retryAfter } = response.headers;
  return {
    status: response.status,
    contentType: typeof contentType === 'string' ? contentType.toLowerCase() : '',
    text: response.body.toString('utf8'),
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  };
}

async function readSecret(secrets: SecretFiles, inline: string | undefined, file: string | undefined): Promise<string> {
  try {
    return (await secrets.either(inline, file)) ?? '';
  } catch (error) {
    throw new DeliveryError(`could not read ${file}: ${error instanceof Error ? error.message : String(error)}`, false);
  }
}
