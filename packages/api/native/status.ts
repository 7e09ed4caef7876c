import type { FastifyInstance } from 'fastify';
import { sendData } from '../prometheus/envelope.ts';
import type { PrometheusApiPorts } from '../prometheus/port.ts';

/** Petrel's own answers, under `/api/v1/petrel`. */
export function registerNativeApi(app: FastifyInstance, { status }: PrometheusApiPorts): void {
  app.get('/status', async (_request, reply) => sendData(reply, await status.petrel()));
}
