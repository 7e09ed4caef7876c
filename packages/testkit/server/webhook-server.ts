import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sleep } from './http.ts';

/** What Alertmanager and Petrel post to webhooks, version 4. */
export interface WebhookBody {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly WebhookBodyAlert[];
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  /** Petrel's, and Alertmanager's of later versions. */
  readonly notification_reason?: string;
}

export interface WebhookBodyAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** One request, as it came in; `status` is what it was answered. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly atMs: number;
  readonly status: number;
  readonly body: WebhookBody;
}

export interface WebhookAnswer {
  /** 200 where absent. */
  readonly status?: number;
  /** Before the answer. */
  readonly delayMs?: number;
}

/** `count`: how many requests came to the path before this one. */
export type AnswerWebhook = (path: string, count: number) => WebhookAnswer;

/** A receiver of notifications on a free port of the loopback: remembers everything, answers as it is told. */
export class WebhookServer {
  readonly received: ReceivedWebhook[] = [];
  readonly #counts = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#take(request, response));
  readonly #answer: AnswerWebhook;

  static async start(answer: AnswerWebhook = () => ({})): Promise<WebhookServer> {
    const server = new WebhookServer(answer);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  private constructor(answer: AnswerWebhook) {
    this.#answer = answer;
  }

  /** Without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = Date.now();
    const path = request.url ?? '';
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    const { status = 200, delayMs = 0 } = this.#answer(path, count);
    try {
      const body = JSON.parse(await textOf(request)) as WebhookBody;
      this.received.push({ path, atMs, status, body });
    } catch {
      // The sender was killed in the middle: nobody has been told of anything.
      response.destroy();
      return;
    }
    if (delayMs > 0) await sleep(delayMs);
    response.writeHead(status).end();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
