import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a service saw it. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, undefined when it is none. */
  readonly json: unknown;
}

/** What the service answers. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  /** An object is sent as JSON. */
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service on loopback. */
export interface RecordingService {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Says what is answered from now on. */
  answer(reply: (request: RecordedRequest) => Reply): void;
  /** The last request; throws when there was none. */
  last(): RecordedRequest;
  close(): Promise<void>;
}

/** For tests: stands in for a chat or paging service on loopback, and remembers what it was told. */
export async function startRecordingService(): Promise<RecordingService> {
  const requests: RecordedRequest[] = [];
  let answer: (request: RecordedRequest) => Reply = () => ({});
  const server: Server = createServer((incoming, response) => {
    void record(incoming).then((request) => {
      requests.push(request);
      const { status = 200, body = '', headers = {} } = answer(request);
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(reply) {
      answer = reply;
    },
    last() {
      const request = requests.at(-1);
      if (request === undefined) throw new Error('the service was not asked');
      return request;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const [path = '', query = ''] = (incoming.url ?? '').split(/\?(.*)/s);
  const { method = '', headers } = incoming;
  return { method, path, query: new URLSearchParams(query), headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Everything that a request held, for services that echo it: URL, headers and body, as text. */
export function echoOf({ method, path, query, headers, text }: RecordedRequest): string {
  return `${method} ${path}?${query} ${decodeURIComponent(query.toString())} ${JSON.stringify(headers)} ${text}`;
}
