import type { IncomingMessage } from 'node:http';
import { PetrelError } from '@petrel/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LifecycleView } from '../prometheus/index.ts';
import { BodyBudget, type BodyShare } from './body-budget.ts';
import type { ReceiveDoor } from './port.ts';

/** Four of the largest bodies that the receivers take; usual ones are below a megabyte. */
const MAX_BODIES_BYTES = 256 * 1024 * 1024;

/** A body as it came, and its share of the memory for bodies. */
interface HeldBody {
  readonly bytes: Buffer;
  readonly share: BodyShare;
}

/** Puts the receivers' paths on the main port. Bodies reach them raw, whatever their content type. 503 while the server is not ready. */
export function registerDoors(app: FastifyInstance, doors: readonly ReceiveDoor[], lifecycle: LifecycleView): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', async () => {
      const reason = lifecycle.notReadyReason();
      if (reason !== '') throw new PetrelError('STORE_UNAVAILABLE', reason, { retryAfterMs: 1000 });
    });
    const budget = new BodyBudget(MAX_BODIES_BYTES);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
      readBody(request, payload, budget.open()),
    );
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof PetrelError)) throw error;
      if (error.retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(error.retryAfterMs / 1000)}`);
      return reply.code(error.status).type('text/plain; charset=utf-8').send(`${error.message}\n`);
    });
    for (const door of doors) addDoor(scope, door);
  });
}

/** The share is still held when this resolves; the handler gives it back. */
async function readBody(request: FastifyRequest, payload: IncomingMessage, share: BodyShare): Promise<HeldBody> {
  const limitBytes = request.routeOptions.bodyLimit ?? 0;
  try {
    const announcedBytes = Number(request.headers['content-length'] ?? 0);
    if (announcedBytes > limitBytes) throw tooLarge(limitBytes);
    share.take(announcedBytes);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    // A refusal must not cut the connection: its answer would be lost.
    for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
      // Without a Content-Length the share grows as the body does.
      if (sizeBytes > announcedBytes) share.take(chunk.length);
      chunks.push(chunk);
    }
    return { bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, sizeBytes), share };
  } catch (error) {
    share.close();
    if (error instanceof PetrelError) throw error;
    throw new PetrelError('BAD_REQUEST', 'the request body ended early', { cause: error });
  }
}

function tooLarge(limitBytes: number): PetrelError {
  return new PetrelError('BODY_TOO_LARGE', `the request body is above the limit of ${limitBytes} bytes`);
}

function addDoor(scope: FastifyInstance, { method, url, bodyLimitBytes, handle }: ReceiveDoor): void {
  scope.route({
    method: [...method],
    url,
    bodyLimit: bodyLimitBytes,
    handler: async (request, reply) => {
      const at = request.url.indexOf('?');
      const held = request.body as HeldBody | undefined;
      const answer = await handle({
        method: request.method,
        path: at < 0 ? request.url : request.url.slice(0, at),
        query: at < 0 ? '' : request.url.slice(at + 1),
        headers: request.headers,
        body: held?.bytes ?? Buffer.alloc(0),
      }).finally(() => held?.share.close());
      reply.code(answer.status);
      if (answer.headers !== undefined) reply.headers(answer.headers);
      return reply.send(answer.body ?? '');
    },
  });
}
