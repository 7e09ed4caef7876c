import { PetrelError } from '@petrel/model';
import type { FastifyReply } from 'fastify';

const CANCELED = 'the request was cancelled by the client';
const TIMED_OUT =
  'request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed';

export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return sendJsonText(reply, JSON.stringify(body));
}

export function sendJsonText(reply: FastifyReply, json: string): FastifyReply {
  return reply.type('application/json; charset=UTF-8').send(json);
}

/** `{"status":"success","data":…}`. */
export function sendSuccess(reply: FastifyReply, data: unknown): FastifyReply {
  return sendJson(reply, { status: 'success', data });
}

/** Errors are plain text in Loki's API: the message and nothing else. */
export function sendError(reply: FastifyReply, error: PetrelError): FastifyReply {
  const { status, text } = errorAnswer(error);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(error.retryAfterMs / 1000)}`);
  return reply.code(status).header('x-content-type-options', 'nosniff').type('text/plain; charset=utf-8').send(text);
}

export function errorAnswer(error: PetrelError): { readonly status: number; readonly text: string } {
  switch (error.code) {
    case 'QUERY_CANCELED':
      return { status: 499, text: CANCELED };
    case 'QUERY_TIMEOUT':
      return { status: 504, text: TIMED_OUT };
    // What a query runs into by its own doing is the asker's fault with Loki, limits included.
    case 'LOGQL_EXEC':
    case 'QUERY_LIMIT':
      return { status: 400, text: error.message };
    case 'QUERY_QUEUE_FULL':
      return { status: 429, text: error.message };
    default:
      return { status: error.status, text: error.message };
  }
}

/** What a handler threw, as an error of ours; anything unknown is a bug and said to be one. */
export function knownError(error: unknown): PetrelError | undefined {
  if (error instanceof PetrelError) return error;
  const status = (error as { statusCode?: unknown }).statusCode;
  if (status === 413) return new PetrelError('BODY_TOO_LARGE', (error as Error).message);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new PetrelError('BAD_REQUEST', (error as Error).message);
  }
  return undefined;
}
