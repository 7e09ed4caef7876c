import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { PetrelError } from '@petrel/model';
import { closeServer, sendFile, sendJson } from '../../fixture-http.test-support.ts';
import { answerLogs, toView } from './fixture-answers.test-support.ts';
import type { FixtureLine } from './fixture-lines.test-support.ts';
import { fixtureLines, makeLine, randomOf } from './fixture-lines.test-support.ts';
import { compileLines } from './fixture-query.test-support.ts';

export interface LogFixture {
  readonly url: string;
  readonly lines: readonly FixtureLine[];
  /** How it behaves; a test may change it while it runs. */
  readonly behaviour: Behaviour;
  /** Tails that are open. */
  readonly tails: () => number;
  /** Breaks every tail off. */
  readonly hangUp: () => void;
  /** Requests that the browser gave up. */
  readonly cancelled: () => number;
  readonly close: () => Promise<void>;
}

export interface Behaviour {
  /** Before every answer of the API. */
  delayMs: number;
  /** Histograms end early. */
  incomplete: boolean;
  /** Said to every tail once. */
  drop: number;
}

const TAIL_EVERY_MS = 60;

/** Serves the built web app, and the endpoints for logs from lines that are made up, filtered by what is asked. */
export async function startLogFixture(options: {
  readonly webDir: string;
  readonly lines: number;
  readonly port?: number;
}): Promise<LogFixture> {
  const lines = fixtureLines(Date.now(), options.lines);
  const behaviour: Behaviour = { delayMs: 0, incomplete: false, drop: 0 };
  const tails = new Set<Socket>();
  let cancelled = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!/^\/(api|loki)\//.test(url.pathname)) return sendFile(response, options.webDir, url.pathname);
    response.on('close', () => {
      if (!response.writableEnded) cancelled++;
    });
    await new Promise((resolve) => setTimeout(resolve, behaviour.delayMs));
    try {
      const data = answerLogs(url.pathname, url.searchParams, lines);
      if (data === undefined)
        return sendJson(response, 404, { status: 'error', errorType: 'not_found', error: 'no such endpoint' });
      const early = behaviour.incomplete && url.pathname.endsWith('/histogram');
      sendJson(response, 200, { status: 'success', data: early ? { ...(data as object), complete: false } : data });
    } catch (error) {
      refuse(response, url.pathname, error);
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const language = (url.searchParams.get('language') ?? 'logql') as LogLanguage;
    try {
      const test = compileLines(url.searchParams.get('query') ?? '', language);
      acceptSocket(request, socket);
      tails.add(socket);
      const stop = follow(socket, {
        lines,
        test,
        limit: Number(url.searchParams.get('limit')),
        startNs: BigInt(url.searchParams.get('start') ?? '0'),
        drop: behaviour.drop,
      });
      socket.on('close', () => {
        stop();
        tails.delete(socket);
      });
      socket.on('error', () => socket.destroy());
    } catch {
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    }
  });

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    behaviour,
    tails: () => tails.size,
    hangUp: () => {
      for (const socket of tails) socket.destroy();
    },
    cancelled: () => cancelled,
    close: async () => {
      for (const socket of tails) socket.destroy();
      await closeServer(server);
    },
  };
}

/** Loki's endpoints refuse in plain text, Petrel's own in the envelope with the place. */
function refuse(response: ServerResponse, path: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (path.startsWith('/loki/')) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(message);
    return;
  }
  const position =
    error instanceof PetrelError && 'position' in error
      ? (error.position as { start: number; end: number })
      : undefined;
  sendJson(response, 400, {
    status: 'error',
    errorType: 'bad_data',
    error: message,
    ...(position === undefined ? {} : { position: { from: position.start, to: position.end } }),
  });
}

interface Followed {
  readonly lines: readonly FixtureLine[];
  readonly test: ReturnType<typeof compileLines>;
  readonly limit: number;
  readonly startNs: bigint;
  readonly drop: number;
}

function follow(socket: Socket, { lines, test, limit, startNs, drop }: Followed): () => void {
  const random = randomOf(99);
  const view = (line: FixtureLine) => {
    const passed = test(line);
    return passed === undefined ? [] : [toView(line, passed.parsed)];
  };
  const newest = lines
    .filter((line) => BigInt(line.tsNs) >= startNs)
    .flatMap(view)
    .slice(-limit);
  sendText(socket, JSON.stringify({ lines: newest, dropped: drop }));
  const timer = setInterval(() => {
    const fresh = view(makeLine(BigInt(Date.now()) * 1_000_000n, random, false));
    if (fresh.length > 0) sendText(socket, JSON.stringify({ lines: fresh, dropped: 0 }));
  }, TAIL_EVERY_MS);
  return () => clearInterval(timer);
}

function acceptSocket(request: IncomingMessage, socket: Socket): void {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  // The only thing that a reader of a tail has to say is that it goes (opcode 8); it is answered in kind.
  socket.on('data', (bytes: Buffer) => {
    if (((bytes[0] ?? 0) & 0x0f) === 8) socket.end(Buffer.from([0x88, 0]));
  });
}

function sendText(socket: Socket, text: string): void {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  socket.write(Buffer.concat([head, payload]));
}
