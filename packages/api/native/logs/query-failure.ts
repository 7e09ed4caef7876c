import { type Logger, PetrelError } from '@petrel/model';
import { KqlParseError } from '@petrel/query/kql/index.ts';
import { LogqlParseError } from '@petrel/query/logql/parse/index.ts';
import type { FastifyReply } from 'fastify';
import { knownError } from '../../loki/answer.ts';
import { failureBody } from '../../prometheus/envelope.ts';

/** The error envelope, with the place in the query where that is at fault. */
export function failQuery(reply: FastifyReply, error: unknown, logger: Logger): FastifyReply {
  const known = knownError(error);
  if (known === undefined) logger.error('request failed', { error: String((error as Error).stack ?? error) });
  const failure = queryFailure(known ?? new PetrelError('INTERNAL', 'internal error', { cause: error }));
  const { retryAfterMs } = known ?? {};
  if (retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(retryAfterMs / 1000)}`);
  return reply.code(failure.status).type('application/json').send(failure.json);
}

export function queryFailure(error: PetrelError): { readonly status: number; readonly json: string } {
  const { status, body } = failureBody(error);
  const position = positionOf(error);
  return { status, json: JSON.stringify(position === undefined ? body : { ...body, position }) };
}

/** UTF-16 units; `to` is exclusive. */
function positionOf(error: PetrelError): { readonly from: number; readonly to: number } | undefined {
  if (!(error instanceof KqlParseError || error instanceof LogqlParseError)) return undefined;
  return { from: error.position.start, to: error.position.end };
}
