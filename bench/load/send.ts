import { Agent, request } from 'node:http';
import { sleep } from '../measure.ts';
import type { EncodedRequest } from './series.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Only for errors and when asked: the body as text. */
  readonly text: string;
}

export function send(
  url: string,
  options: {
    readonly body?: Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
    readonly keepText?: boolean;
  },
): Promise<Answer> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const method = options.body === undefined ? 'GET' : 'POST';
    const outgoing = request(url, { method, agent, headers: { ...options.headers } }, (response) => {
      let bytes = 0;
      const chunks: Buffer[] = [];
      const status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (options.keepText === true || status >= 300) chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status, bytes, elapsedMs: performance.now() - begin, text: Buffer.concat(chunks).toString() }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
}

const WRITE_HEADERS = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};

/** Sends the requests of each round at once (what a sender with that many shards does); pushed back, it waits and repeats. */
export async function sendAll(writeUrl: string, rounds: Iterable<readonly EncodedRequest[]>): Promise<number> {
  let samples = 0;
  for (const round of rounds) {
    await Promise.all(round.map((one) => sendOne(writeUrl, one.body)));
    for (const one of round) samples += one.samples;
  }
  return samples;
}

async function sendOne(writeUrl: string, body: Uint8Array): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(writeUrl, { body, headers: WRITE_HEADERS });
    if (answer.status < 300) return;
    const pushedBack = answer.status === 429 || answer.status === 503;
    if (!pushedBack || attempt > 100) throw new Error(`${writeUrl} answered ${answer.status}: ${answer.text}`);
    await sleep(100);
  }
}
