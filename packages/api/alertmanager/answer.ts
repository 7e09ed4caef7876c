import { PetrelError } from '@petrel/model';
import type { FastifyError, FastifyReply } from 'fastify';
import { Refusal } from './refusal.ts';

/** JSON with the line end that Go's encoder adds. */
export function sendJson(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
  return reply
    .code(status)
    .type('application/json')
    .send(`${JSON.stringify(body)}\n`);
}

/** An answer without a body. */
export function sendNothing(reply: FastifyReply, status = 200): FastifyReply {
  return reply.code(status).send();
}

/**
 * What Alertmanager answers to a request that fails: `{"code":…,"message":…}` where the request is not of the schema's shape, else the message
 * as a JSON string. What may work later is a 503 (or 429) with Retry-After, which the schema does not know but every sender understands.
 */
export function sendError(reply: FastifyReply, error: FastifyError | PetrelError | Refusal): FastifyReply {
  if (error instanceof Refusal) return sendJson(reply, error.body, error.status);
  if (error instanceof PetrelError) {
    if (error.retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(error.retryAfterMs / 1000)}`);
    return sendJson(reply, error.message, error.status);
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return sendJson(reply, { code: error.statusCode, message: error.message }, error.statusCode);
  }
  throw error;
}
