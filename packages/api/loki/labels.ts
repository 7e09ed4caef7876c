import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { labelsJson } from '../prometheus/render/labels-json.ts';
import { sendJsonText, sendSuccess } from './answer.ts';
import { LokiParams } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';

/** How far back labels and series are looked for where the request does not say. */
const LOOK_BACK_MS = 6 * 3_600_000;

/** `labels` (and `label`, its old name), `label/<name>/values` and `series`. */
export function registerLabels(app: FastifyInstance, ports: LogsApiPorts): void {
  const names = async (request: FastifyRequest, reply: FastifyReply) =>
    sendSuccess(reply, await labelNames(request, reply, ports));
  app.route({ method: ['GET', 'POST'], url: '/labels', handler: names });
  app.route({ method: ['GET', 'POST'], url: '/label', handler: names });
  app.get<{ Params: { name: string } }>('/label/:name/values', async (request, reply) =>
    sendSuccess(reply, await labelValues(request.params.name, request, reply, ports)),
  );
  app.route({
    method: ['GET', 'POST'],
    url: '/series',
    handler: async (request, reply) => {
      const params = LokiParams.of(request, ports.nowMs());
      const range = { ...params.orderedRange(LOOK_BACK_MS), signal: closeSignal(request, reply) };
      const streams = await ports.source.streams(params.matcherGroups(), range);
      return sendJsonText(reply, `{"status":"success","data":[${streams.map(labelsJson).join(',')}]}`);
    },
  });
}

export async function labelNames(
  request: FastifyRequest,
  reply: FastifyReply,
  { source, nowMs }: LogsApiPorts,
): Promise<readonly string[]> {
  const params = LokiParams.of(request, nowMs());
  const range = { ...params.orderedRange(LOOK_BACK_MS), signal: closeSignal(request, reply) };
  return source.labelNames([params.matchers()], range);
}

export async function labelValues(
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { source, nowMs }: LogsApiPorts,
): Promise<readonly string[]> {
  const params = LokiParams.of(request, nowMs());
  const range = { ...params.orderedRange(LOOK_BACK_MS), signal: closeSignal(request, reply) };
  return source.labelValues(name, [params.matchers()], range);
}
