import { PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import type { LifecycleView } from '../prometheus/index.ts';
import type { ReceiveDoor } from './port.ts';

/** Puts the receivers' paths on the main port. Bodies reach them raw, whatever their content type. 503 while the server is not ready. */
export function registerDoors(app: FastifyInstance, doors: readonly ReceiveDoor[], lifecycle: LifecycleView): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', async () => {
      const reason = lifecycle.notReadyReason();
      if (reason !== '') throw new PetrelError('STORE_UNAVAILABLE', reason, { retryAfterMs: 1000 });
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof PetrelError)) throw error;
      if (error.retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(error.retryAfterMs / 1000)}`);
      return reply.code(error.status).type('text/plain; charset=utf-8').send(`${error.message}\n`);
    });
    for (const door of doors) addDoor(scope, door);
  });
}

function addDoor(scope: FastifyInstance, { method, url, bodyLimitBytes, handle }: ReceiveDoor): void {
  scope.route({
    method: [...method],
    url,
    bodyLimit: bodyLimitBytes,
    handler: async (request, reply) => {
      const at = request.url.indexOf('?');
      const answer = await handle({
        method: request.method,
        path: at < 0 ? request.url : request.url.slice(0, at),
        headers: request.headers,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      });
      reply.code(answer.status);
      if (answer.headers !== undefined) reply.headers(answer.headers);
      return reply.send(answer.body ?? '');
    },
  });
}
