import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@petrel/http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpNotifierOptions } from './http-notifier.ts';
import { createHttpNotifier, requireSuccess } from './http-notifier.ts';
import type { DeliveryOutcome } from './notifier.ts';
import { notificationOf, rehearsalTools } from './rehearse.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

async function start(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const started = createServer(handler);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

async function attempt(
  options: Partial<HttpNotifierOptions> & Pick<HttpNotifierOptions, 'deliver'>,
  signal = new AbortController().signal,
): Promise<DeliveryOutcome> {
  const notifier = createHttpNotifier({ tools: rehearsalTools(), http: {}, ...options });
  const outcome = await notifier.notify(notificationOf([{ labels: { alertname: 'A' } }]), signal);
  notifier.close();
  return outcome;
}

const post =
  (url: string): HttpNotifierOptions['deliver'] =>
  async ({ send }) => {
    const answer = await send({ url, json: {} });
    requireSuccess(answer);
    return answer.text;
  };

describe('notifiers over HTTP', () => {
  it('end after their timeout, and when they are told to', async () => {
    const url = await start(() => undefined);
    expect(await attempt({ timeoutMs: 50, deliver: post(url) })).toEqual({
      ok: false,
      retryable: true,
      error: `Post "${url}": context deadline exceeded`,
    });
    const abort = new AbortController();
    const outcome = attempt({ deliver: post(url) }, abort.signal);
    setTimeout(() => abort.abort(), 30);
    expect(await outcome).toEqual({ ok: false, retryable: true, error: `Post "${url}": context canceled` });
    expect(await attempt({ deliver: post(url) }, AbortSignal.abort())).toMatchObject({ ok: false, retryable: true });
  });

  it('share one timeout among the requests of an attempt', async () => {
    let requests = 0;
    const url = await start((_, response) => {
      requests++;
      setTimeout(() => response.end('ok'), 40);
    });
    const twice: HttpNotifierOptions['deliver'] = async (exchange) => {
      for (let i = 0; i < 10; i++) await post(url)(exchange);
      return 'all';
    };
    expect(await attempt({ timeoutMs: 100, deliver: twice })).toMatchObject({ ok: false, retryable: true });
    expect(requests).toBeLessThan(10);
  });

  it('read the beginning of an answer and show less of it', async () => {
    const url = await start((_, response) => {
      response.writeHead(500);
      response.end('x'.repeat(1_000_000));
    });
    const outcome = await attempt({ deliver: post(url) });
    expect(outcome).toMatchObject({ ok: false, retryable: true });
    const { error } = outcome as { error: string };
    expect(error).toMatch(/^unexpected status code 500: x+…$/);
    expect(error.length).toBeLessThanOrEqual(400);
  });

  it('hide a credential that stands at the edge of what is shown', async () => {
    const url = await start((_, response) => {
      response.writeHead(400);
      response.end(`${'x'.repeat(360)}s3cr3t-t0ken`);
    });
    const http = { authorization: { credentials: 's3cr3t-t0ken' } };
    expect(JSON.stringify(await attempt({ http, deliver: post(url) }))).not.toContain('s3cr3t');
  });

  it('do not try again where the egress policy or a template is the reason', async () => {
    const url = await start((_, response) => response.end());
    const tools = {
      ...rehearsalTools(),
      http: (config: ConstructorParameters<typeof HttpClient>[0]) =>
        new HttpClient(config, {}, { egress: { forbidPrivate: true, allow: [] } }),
    };
    const forbidden = await attempt({ tools, deliver: post(url) });
    expect(forbidden).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(forbidden)).toContain('not allowed');
    const failed = await attempt({ deliver: async ({ message }) => message.render('{{ template "none" . }}') });
    expect(failed).toMatchObject({ ok: false, retryable: false });
    const logged: string[] = [];
    const logger = { ...rehearsalTools().logger, error: (message: string) => logged.push(message) };
    const bug = await attempt({
      tools: { ...rehearsalTools(), logger },
      deliver: () => Promise.reject(new TypeError('x is undefined')),
    });
    expect(bug).toEqual({ ok: false, retryable: false, error: 'x is undefined' });
    expect(logged).toHaveLength(1);
    const unreadable = await attempt({ deliver: ({ secret }) => secret(undefined, '/nonexistent/secret') });
    expect(unreadable).toMatchObject({ ok: false, retryable: false });
    const later = await attempt({ http: { authorization: { credentialsFile: '/nonexistent' } }, deliver: post(url) });
    expect(later).toMatchObject({ ok: false, retryable: true });
  });
});
