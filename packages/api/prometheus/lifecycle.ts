import { PetrelError } from '@petrel/model';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PrometheusApiPorts } from './port.ts';

/** `/-/healthy`, `/-/ready`, `/-/reload`, `/-/quit`. Plain text, as Prometheus answers them. */
export function registerLifecycle(app: FastifyInstance, { lifecycle }: PrometheusApiPorts): void {
  const plain = (reply: FastifyReply, code: number, text: string): FastifyReply =>
    reply.code(code).type('text/plain; charset=utf-8').send(text);

  app.route({
    method: 'GET',
    url: '/-/healthy',
    handler: async (_request, reply) => plain(reply, 200, 'Petrel is Healthy.\n'),
  });

  app.route({
    method: 'GET',
    url: '/-/ready',
    handler: async (_request, reply) => {
      const reason = lifecycle.notReadyReason();
      return reason === ''
        ? plain(reply, 200, 'Petrel is Ready.\n')
        : plain(reply, 503, `Service Unavailable: ${reason}\n`);
    },
  });

  app.route({
    method: ['POST', 'PUT'],
    url: '/-/reload',
    // Always allowed: it reads the operator's own file again and changes nothing when that has an error.
    handler: async (_request, reply) => {
      try {
        await lifecycle.reload();
      } catch (error) {
        if (!(error instanceof PetrelError)) throw error;
        return plain(reply, 500, `failed to reload config: ${error.message}\n`);
      }
      return reply.code(200).send('');
    },
  });

  app.route({
    method: ['POST', 'PUT'],
    url: '/-/quit',
    handler: async (_request, reply) => {
      if (!lifecycle.quitEnabled)
        return plain(reply, 403, 'Stopping by HTTP is off; --web.enable-lifecycle allows it.\n');
      reply.raw.once('finish', () => lifecycle.quit());
      return plain(reply, 200, 'Requesting termination... Goodbye!\n');
    },
  });

  const onlyPost = async (_request: unknown, reply: FastifyReply): Promise<FastifyReply> =>
    plain(reply, 405, 'Only POST or PUT requests allowed');
  app.get('/-/reload', onlyPost);
  app.get('/-/quit', onlyPost);
}
