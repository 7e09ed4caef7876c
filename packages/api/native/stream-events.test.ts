import { get } from 'node:http';
import { PetrelError, silentLogger } from '@petrel/model';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { streamEvents } from './stream-events.ts';

let app: FastifyInstance | undefined;

afterEach(async () => {
  await app?.close();
});

type Run = Parameters<typeof streamEvents<unknown>>[2]['run'];

async function listen(run: Run): Promise<string> {
  app = fastify();
  app.get('/', (request, reply) => streamEvents(request, reply, { run, logger: silentLogger }));
  return app.listen({ host: '127.0.0.1', port: 0 });
}

function linesOf(text: string): { event: string; done?: number }[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
}

describe('a stream of events', () => {
  it('says how far it is while nothing new happens', async () => {
    const url = await listen(async ({ onProgress }) => {
      onProgress({ done: 7, total: 10, doing: 'x' });
      await new Promise((resolve) => setTimeout(resolve, 950));
      return { answer: 42 };
    });
    const lines = linesOf(await (await fetch(url)).text());
    expect(lines.at(-1)).toEqual({ event: 'result', result: { answer: 42 } });
    expect(lines.filter(({ done }) => done === 7).length).toBeGreaterThanOrEqual(2);
  });

  it('ends with an error of a stable code', async () => {
    const url = await listen(() => Promise.reject(new PetrelError('QUERY_LIMIT', 'too much')));
    expect(linesOf(await (await fetch(url)).text()).at(-1)).toEqual({
      event: 'error',
      error: 'too much',
      code: 'QUERY_LIMIT',
    });
  });

  it('hides what a bug says', async () => {
    const url = await listen(() => Promise.reject(new TypeError('secret')));
    expect(linesOf(await (await fetch(url)).text()).at(-1)).toEqual({
      event: 'error',
      error: 'internal error',
      code: 'INTERNAL',
    });
  });

  it('is canceled when the client goes away', async () => {
    let canceled: (() => void) | undefined;
    const isCanceled = new Promise<void>((resolve) => {
      canceled = resolve;
    });
    const url = await listen(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            canceled?.();
            reject(new PetrelError('QUERY_CANCELED', 'canceled'));
          });
        }),
    );
    const request = get(url, (response) => {
      response.once('data', () => request.destroy());
    });
    request.on('error', () => undefined);
    await isCanceled;
  });
});
