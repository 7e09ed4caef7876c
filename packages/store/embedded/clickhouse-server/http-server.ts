import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { type ClickHouseError, parseEngineError } from './clickhouse-error.ts';
import type { Answer, Engine, Outcome } from './engine.ts';
import { authenticate, type Credentials, type RequestOptions, readRequestOptions } from './request.ts';
import { readBody } from './request-body.ts';

// Longer than any client of ours keeps an idle connection, so that the server is never the one to close it under a request.
const KEEP_ALIVE_MS = 30_000;
// ClickHouse's own limit of the URL, in which bound values travel: the pattern of one matcher may be long.
const MAX_HEADER_BYTES = 1_048_576;
// Below this, packing costs more than it saves on loopback.
const MIN_PACKED_BYTES = 1024;

/** ClickHouse's HTTP interface. `engine` is asked for with each request; until there is one, the answer is 503. */
export function createHttpServer(options: { readonly credentials: Credentials; engine(): Engine | undefined }): Server {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, noDelay: true },
    (request, response) => {
      void handle(options, request, response);
    },
  );
  return server;
}

async function handle(
  options: { readonly credentials: Credentials; engine(): Engine | undefined },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const engine = options.engine();
  try {
    if (engine === undefined) return sendText(response, 503, 'The store is starting.\n', { 'retry-after': '1' });
    if (url.pathname === '/ping' || url.pathname === '/replicas_status') return sendText(response, 200, 'Ok.\n');
    if (url.pathname !== '/') return sendText(response, 404, `There is no handle ${url.pathname}\n`);
    if (request.method === 'GET' && !url.searchParams.has('query')) return sendText(response, 200, 'Ok.\n');
    authenticate(request, url, options.credentials);
    const query = readRequestOptions(request, url);
    const body = request.method === 'GET' || request.method === 'HEAD' ? [] : await readBody(request);
    await run(engine, query, body, request, response);
  } catch (error) {
    sendError(response, parseEngineError(error), engine?.version ?? '');
  }
}

async function run(
  engine: Engine,
  options: RequestOptions,
  body: readonly Buffer[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const queryId = options.queryId ?? randomUUID();
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  response.setHeader('X-ClickHouse-Server-Display-Name', 'petrel');
  response.setHeader('X-ClickHouse-Timezone', process.env.TZ ?? 'UTC');
  const running = engine.registry.begin(queryId);
  // Whoever goes away no longer wants the result. Inserts go on: their rows may be stored already.
  const onClose = () => {
    if (!response.writableFinished && !running.outlivesClient)
      void engine.registry.cancel(queryId).catch(() => undefined);
  };
  response.once('close', onClose);
  response.on('error', () => undefined);
  try {
    await engine.execute(options, body, running, new HttpAnswer(request, response, options, engine.version));
  } finally {
    response.off('close', onClose);
    engine.registry.end(running);
  }
}

/** Resolves when the response takes more, or when nobody reads it any longer. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

class HttpAnswer implements Answer {
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly options: RequestOptions,
    private readonly version: string,
  ) {}

  complete(outcome: Outcome): void {
    const { response } = this;
    this.#setHeaders(outcome.format);
    response.setHeader('X-ClickHouse-Summary', summaryOf(outcome));
    const encoding = outcome.bytes.length >= MIN_PACKED_BYTES ? this.#encoding() : undefined;
    if (encoding === undefined) {
      response.setHeader('Content-Length', outcome.bytes.length);
      response.end(outcome.bytes);
      return;
    }
    response.setHeader('Content-Encoding', encoding);
    const packer = packerOf(encoding, this.options.compressionLevel);
    packer.pipe(response);
    packer.end(outcome.bytes);
  }

  async stream(format: string, first: Buffer, rest: AsyncIterable<Buffer>): Promise<void> {
    const { response } = this;
    const tag = randomBytes(8).toString('hex');
    this.#setHeaders(format);
    response.setHeader('X-ClickHouse-Exception-Tag', tag);
    const encoding = this.#encoding();
    if (encoding !== undefined) {
      response.setHeader('Content-Encoding', encoding);
      const packed = Readable.from(prepend(first, rest), { objectMode: false });
      // An error here closes the connection before its end, which every client takes for a failure.
      await pipeline(packed, packerOf(encoding, this.options.compressionLevel), response).catch(() =>
        response.destroy(),
      );
      return;
    }
    try {
      for await (const chunk of prepend(first, rest)) {
        if (response.destroyed) return;
        if (!response.write(chunk)) await drained(response);
      }
      if (response.destroyed) return;
      response.end();
    } catch (error) {
      if (response.destroyed) return;
      const text = parseEngineError(error).render(this.version);
      const length = Buffer.byteLength(text);
      response.write(`\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`, () => {
        // Without the last chunk, a client that does not know the block above sees a broken answer and not a short one.
        response.socket?.end();
      });
    }
  }

  #setHeaders(format: string): void {
    this.response.setHeader('Content-Type', contentTypeOf(format));
    this.response.setHeader('X-ClickHouse-Format', format);
  }

  #encoding(): string | undefined {
    if (!this.options.compressResponse) return undefined;
    const accepted = String(this.request.headers['accept-encoding'] ?? '').toLowerCase();
    const known = ['gzip', 'deflate', 'br', ...('createZstdCompress' in zlib ? ['zstd'] : [])];
    return known.find((name) => accepted.includes(name));
  }
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function packerOf(encoding: string, level: number): zlib.Gzip | zlib.Deflate | zlib.BrotliCompress {
  if (encoding === 'gzip') return zlib.createGzip({ level });
  if (encoding === 'deflate') return zlib.createDeflate({ level });
  if (encoding === 'zstd') return (zlib as unknown as { createZstdCompress(): zlib.Gzip }).createZstdCompress();
  return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level } });
}

function summaryOf(outcome: Outcome): string {
  const reads = outcome.writtenRows > 0 ? outcome.writtenRows : outcome.resultRows;
  return JSON.stringify({
    read_rows: String(reads),
    read_bytes: String(outcome.writtenRows > 0 ? outcome.writtenBytes : outcome.bytes.length),
    written_rows: String(outcome.writtenRows),
    written_bytes: String(outcome.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(outcome.resultRows),
    result_bytes: String(outcome.bytes.length),
    elapsed_ns: String(Math.round(outcome.elapsedSeconds * 1e9)),
  });
}

function contentTypeOf(format: string): string {
  if (/^(?:JSONEachRow|JSONLines|NDJSON|JSON.*EachRow.*)$/.test(format)) return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8';
  if (/^(?:TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  if (/^CSV/.test(format)) return 'text/csv; charset=UTF-8; header=absent';
  if (/^(?:Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|Npy|Protobuf)/.test(format))
    return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}

function sendText(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

function sendError(response: ServerResponse, error: ClickHouseError, version: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const name of ['Content-Encoding', 'Content-Length']) response.removeHeader(name);
  response.setHeader('X-ClickHouse-Exception-Code', error.code);
  if (error.status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
  sendText(response, error.status, error.render(version));
}
