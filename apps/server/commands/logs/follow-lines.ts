import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLineView, LogQueryErrorView, LogTailMessage } from '@petrel/api/contract/logs.ts';
import { WebSocket } from 'ws';
import { ApiRequestError, noServer } from '../query/client.ts';
import type { LogsOptions } from './options.ts';

const NORMAL_CLOSURE = 1000;
const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

export interface Followed {
  readonly onMessage: (message: LogTailMessage) => void;
  /** Connections come and go; in words for a person. */
  readonly onNote: (note: string) => void;
  readonly signal: AbortSignal;
}

/** Of what came while nobody was connected at most so many lines are caught up with. */
const CATCH_UP_LINES = 1000;

/** Follows lines until the signal aborts; connects again when the connection is lost. Rejects with ApiRequestError when the server refuses the query, or was never there. */
export async function followLines(options: LogsOptions, { onMessage, onNote, signal }: Followed): Promise<void> {
  const shown = new LastShown(options.startNs);
  let retryMs = MIN_RETRY_MS;
  let wasThere = false;
  while (!signal.aborted) {
    const limit = wasThere ? CATCH_UP_LINES : options.limit;
    const end = await connection({ ...options, limit }, shown, {
      onOpen: () => {
        if (wasThere) onNote('connected again');
        wasThere = true;
        retryMs = MIN_RETRY_MS;
      },
      onMessage,
      signal,
    });
    if (signal.aborted) return;
    if (end.isFinal) throw end.error;
    if (!wasThere) throw noServer(options.url, end.error.message);
    onNote(`${end.error.message}; trying again in ${retryMs / 1000} s`);
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
  }
}

/** Why a connection ended; final where asking again would change nothing. */
interface End {
  readonly error: ApiRequestError;
  readonly isFinal: boolean;
}

/** One connection to its end. */
function connection(
  { url, query, language, limit, headers }: LogsOptions,
  shown: LastShown,
  { onOpen, onMessage, signal }: Pick<Followed, 'onMessage' | 'signal'> & { readonly onOpen: () => void },
): Promise<End> {
  const search = new URLSearchParams({ query, language, limit: `${limit}`, start: `${shown.startNs}` });
  const address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/api/v1/petrel/logs/tail?${search}`;
  const socket = new WebSocket(address, { headers: headersOf(headers), perMessageDeflate: false });
  const onAbort = () => socket.close(NORMAL_CLOSURE);
  signal.addEventListener('abort', onAbort, { once: true });
  socket.on('open', onOpen);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as LogTailMessage;
    const lines = shown.fresh(message.lines);
    if (lines.length > 0 || message.dropped > 0) onMessage({ ...message, lines });
  });
  return new Promise<End>((resolve) => {
    let failure = '';
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('unexpected-response', (request, response) => {
      void refusalOf(url, response).then((end) => {
        request.destroy();
        resolve(end);
      });
    });
    socket.on('close', (code, reason) => {
      const why = failure || String(reason) || `the connection was closed (${code})`;
      resolve({ error: new ApiRequestError(why), isFinal: false });
    });
  }).finally(() => signal.removeEventListener('abort', onAbort));
}

async function refusalOf(url: string, response: IncomingMessage): Promise<End> {
  const isFinal = (response.statusCode ?? 0) < 500;
  let text = '';
  try {
    for await (const chunk of response) text += String(chunk);
    const { error, position } = JSON.parse(text) as LogQueryErrorView;
    return { error: new ApiRequestError(error, position), isFinal };
  } catch {
    const error = new ApiRequestError(`${url} answered ${response.statusCode}: ${text.slice(0, 200)}`);
    return { error, isFinal };
  }
}

function headersOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Where a new connection goes on: at the newest time that was shown, without the lines of it that were. */
class LastShown {
  #startNs: bigint;
  #keys = new Set<string>();

  constructor(startNs: bigint) {
    this.#startNs = startNs;
  }

  get startNs(): bigint {
    return this.#startNs;
  }

  fresh(lines: readonly LogLineView[]): readonly LogLineView[] {
    const fresh = lines.filter((line) => !(BigInt(line.tsNs) === this.#startNs && this.#keys.has(keyOf(line))));
    for (const line of fresh) {
      const tsNs = BigInt(line.tsNs);
      if (tsNs > this.#startNs) {
        this.#startNs = tsNs;
        this.#keys.clear();
      }
      if (tsNs === this.#startNs) this.#keys.add(keyOf(line));
    }
    return fresh;
  }
}

function keyOf({ line, stream, metadata }: LogLineView): string {
  return JSON.stringify([line, stream, metadata]);
}
