import type { PetrelError } from '@petrel/model';
import type { FastifyReply } from 'fastify';
import type { ApiErrorType, ApiFailure } from '../contract/prometheus.ts';

const JSON_TYPE = 'application/json';

export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** `{"status":"success","data":…}`. */
export function sendData(reply: FastifyReply, data: unknown, { warnings = [], infos = [] }: Notes = {}): FastifyReply {
  const body = {
    status: 'success',
    data,
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  };
  return reply.type(JSON_TYPE).send(JSON.stringify(body));
}

/** The error envelope with Prometheus's status code for its type. */
export function sendFailure(reply: FastifyReply, error: PetrelError): FastifyReply {
  const { status, body } = failureBody(error);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', `${Math.ceil(error.retryAfterMs / 1000)}`);
  return reply.code(status).type(JSON_TYPE).send(JSON.stringify(body));
}

/** The error envelope, and the status that goes with it. */
export function failureBody(error: PetrelError): { readonly status: number; readonly body: ApiFailure } {
  const { status, errorType } = failureOf(error);
  return { status, body: { status: 'error', errorType, error: error.message, code: error.code } };
}

/** What Prometheus calls the error, and the status it answers with. */
function failureOf(error: PetrelError): { status: number; errorType: ApiErrorType } {
  switch (error.code) {
    case 'PROMQL_EXEC':
    case 'LOGQL_EXEC':
    case 'QUERY_LIMIT':
      return { status: 422, errorType: 'execution' };
    case 'QUERY_TIMEOUT':
      return { status: 503, errorType: 'timeout' };
    case 'QUERY_CANCELED':
      return { status: 499, errorType: 'canceled' };
    case 'QUERY_QUEUE_FULL':
    case 'STORE_UNAVAILABLE':
    case 'STORE_OVERLOADED':
    case 'STORE_DISK_FULL':
      return { status: error.status, errorType: 'unavailable' };
    case 'FORBIDDEN':
      return { status: 403, errorType: 'forbidden' };
    case 'NOT_FOUND':
      return { status: 404, errorType: 'not_found' };
    case 'INTERNAL':
    case 'DATA_DIR_LOCKED':
      return { status: 500, errorType: 'internal' };
    case 'UNSUPPORTED_MEDIA_TYPE':
      return { status: 415, errorType: 'bad_data' };
    case 'BODY_TOO_LARGE':
      return { status: 413, errorType: 'bad_data' };
    default:
      return { status: 400, errorType: 'bad_data' };
  }
}
