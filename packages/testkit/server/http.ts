import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** 30 s where absent. */
  readonly timeoutMs?: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** One request; rejects when the connection fails or the time is over, never for a status. */
export function ask(url: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const { body, headers = {}, timeoutMs = 30_000 } = question;
  const method = question.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('close', () => {
        if (!response.complete) reject(new Error(`${url}: the answer ended early`));
      });
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`${url} did not answer within ${timeoutMs} ms`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Asks again until `condition` holds; what it throws ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  for (const endMs = Date.now() + timeoutMs; Date.now() < endMs; await sleep(25)) {
    if (await condition()) return;
  }
  throw new Error(`it did not come true within ${timeoutMs} ms`);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
