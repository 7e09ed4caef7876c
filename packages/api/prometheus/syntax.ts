import { toParseTree } from '@petrel/query/promql/print/index.ts';
import type { FastifyInstance } from 'fastify';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams, withName } from './request-params.ts';

/** `format_query` and `parse_query`. */
export function registerSyntax(app: FastifyInstance, { syntax }: PrometheusApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/format_query',
    handler: async (request, reply) => {
      const query = RequestParams.of(request).get('query');
      return sendData(
        reply,
        withName('query', () => syntax.prettify(query)),
      );
    },
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/parse_query',
    handler: async (request, reply) => {
      const query = RequestParams.of(request).get('query');
      return sendData(reply, toParseTree(withName('query', () => syntax.parse(query))));
    },
  });
}
