import type { FastifyReply, FastifyRequest } from 'fastify';

/** Aborts when the client goes away before its answer is complete. */
export function closeSignal(_request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
