import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LogsApiPorts } from '../port.ts';
import { FOLLOW_TIMES, type FollowTimes, followLogs } from './follow-logs.ts';
import { handBack } from './hand-back.ts';
import { NOTHING_DROPPED, type PreparedTail, type TailRoute, withDropped } from './tail-route.ts';

export interface ServeTailsOptions {
  readonly routes: readonly TailRoute[];
  readonly times?: FollowTimes;
  /** Each costs the store four questions a second. Default 100. */
  readonly maxTails?: number;
}

/** A reader with so much unread gets no more until it has caught up. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Proxies close connections on which nothing is said. */
const PING_MS = 20_000;
const NOT_WEBSOCKET =
  "Bad Request\nwebsocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header";
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** Serves every tail on the server of `app`: lines by WebSocket until the client or the server goes. */
export function serveTails(app: FastifyInstance, ports: LogsApiPorts, options: ServeTailsOptions): void {
  const server = new TailServer(ports, options);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') server.upgrade(request, socket, head);
    else handBack(app.server, { request, socket, head });
  });
  app.addHook('preClose', async () => server.close());
  for (const { path } of options.routes) {
    app.get(path, async (_request, reply) => reply.code(400).type('text/plain; charset=utf-8').send(NOT_WEBSOCKET));
  }
}

class TailServer {
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  readonly #open = new Set<WebSocket>();
  readonly #maxTails: number;

  constructor(
    private readonly ports: LogsApiPorts,
    private readonly options: ServeTailsOptions,
  ) {
    this.#maxTails = options.maxTails ?? 100;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the WebSocket takes over nobody else listens.
    const onError = () => socket.destroy();
    socket.on('error', onError);
    const [path = '', search = ''] = splitOnce(request.url ?? '', '?');
    const route = this.options.routes.find((one) => one.path === path.replace(/\/+$/, ''));
    if (route === undefined) {
      refuse(socket, { status: 404, type: 'text/plain; charset=utf-8', body: '404 page not found\n' });
      return;
    }
    try {
      this.#admit();
      const prepared = route.prepare({ search, headers: request.headers }, this.ports);
      socket.off('error', onError);
      this.#sockets.handleUpgrade(request, socket, head, (client) => void this.#serve(client, prepared));
    } catch (error) {
      refuse(socket, route.refuse(this.#known(error)));
    }
  }

  close(): void {
    for (const client of this.#open) {
      client.close(GOING_AWAY, 'the server stops');
      // A client that does not answer must not hold the server up.
      setTimeout(() => client.terminate(), 500).unref();
    }
    this.#sockets.close();
  }

  #admit(): void {
    const reason = this.ports.notReadyReason();
    if (reason !== '') throw new PetrelError('STORE_UNAVAILABLE', reason, { retryAfterMs: 1000 });
    if (this.#open.size < this.#maxTails) return;
    throw new PetrelError(
      'BAD_REQUEST',
      `max concurrent tail requests limit exceeded, count > limit (${this.#open.size + 1} > ${this.#maxTails})`,
    );
  }

  async #serve(client: WebSocket, { follow, message }: PreparedTail): Promise<void> {
    const gone = new AbortController();
    this.#open.add(client);
    client.on('close', () => {
      this.#open.delete(client);
      gone.abort();
    });
    // Whatever breaks a connection also closes it.
    client.on('error', () => client.terminate());
    keepAlive(client, gone.signal);
    let dropped = NOTHING_DROPPED;
    try {
      const batches = followLogs(this.ports, { ...follow, signal: gone.signal }, this.options.times ?? FOLLOW_TIMES);
      for await (const batch of batches) {
        dropped = withDropped(dropped, batch.dropped.entries, batch.dropped.count);
        if (client.bufferedAmount > MAX_UNREAD_BYTES) {
          dropped = withDropped(dropped, batch.lines);
          continue;
        }
        client.send(message({ lines: batch.lines, dropped }));
        dropped = NOTHING_DROPPED;
      }
    } catch (error) {
      client.close(INTERNAL_ERROR, closeReason(this.#known(error).message));
    }
  }

  #known(error: unknown): PetrelError {
    if (error instanceof PetrelError) return error;
    this.ports.logger.error('tail failed', { error: String((error as Error).stack ?? error) });
    return new PetrelError('INTERNAL', 'internal error', { cause: error });
  }
}

/** Asks at intervals whether the client is there, and ends the connection when one question stays without an answer. */
function keepAlive(client: WebSocket, signal: AbortSignal): void {
  let answered = true;
  client.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) client.terminate();
    answered = false;
    client.ping();
  }, PING_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

function refuse(socket: Duplex, { status, type, body }: ReturnType<TailRoute['refuse']>): void {
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      `Content-Type: ${type}`,
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** At most 123 bytes of UTF-8, as the protocol has it. */
function closeReason(text: string): string {
  let reason = text.slice(0, 123);
  while (Buffer.byteLength(reason) > 123) reason = reason.slice(0, -1);
  return reason;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
