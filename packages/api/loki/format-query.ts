import { PetrelError } from '@petrel/model';
import { parseLogql } from '@petrel/query/logql/index.ts';
import { printPretty } from '@petrel/query/logql/print/index.ts';
import type { FastifyInstance } from 'fastify';
import { RequestParams } from '../prometheus/request-params.ts';
import { sendJson, sendSuccess } from './answer.ts';

/** `format_query`: a query broken over lines; what does not parse is answered as JSON here. */
export function registerFormatQuery(app: FastifyInstance): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/format_query',
    handler: async (request, reply) => {
      try {
        return sendSuccess(reply, printPretty(parseLogql(RequestParams.of(request).get('query'))));
      } catch (error) {
        if (!(error instanceof PetrelError)) throw error;
        return sendJson(reply.code(400), { status: 'invalid-query', error: error.message });
      }
    },
  });
}
