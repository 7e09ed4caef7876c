import { PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams } from './request-params.ts';

const DEFAULT_TSDB_LIMIT = 10;
const MAX_TSDB_LIMIT = 10_000;

/** `status/…`. */
export function registerStatus(app: FastifyInstance, { config, status, lifecycle }: PrometheusApiPorts): void {
  app.get('/status/config', async (_request, reply) => sendData(reply, { yaml: config.yaml() }));
  app.get('/status/flags', async (_request, reply) => sendData(reply, config.flags()));
  app.get('/status/buildinfo', async (_request, reply) => sendData(reply, status.buildInfo()));
  app.get('/status/runtimeinfo', async (_request, reply) => sendData(reply, status.runtimeInfo()));
  app.get('/status/tsdb', async (request, reply) => {
    const text = RequestParams.of(request).get('limit');
    const limit = text === '' ? DEFAULT_TSDB_LIMIT : Number(text);
    if (!Number.isInteger(limit) || limit < 1) throw new PetrelError('BAD_REQUEST', 'limit must be a positive number');
    if (limit > MAX_TSDB_LIMIT) {
      throw new PetrelError('BAD_REQUEST', `limit must not exceed ${MAX_TSDB_LIMIT}`);
    }
    return sendData(reply, await status.tsdb(limit));
  });
  // There is no log to replay: what was acknowledged is in the store.
  app.get('/status/walreplay', async (_request, reply) => {
    const done = lifecycle.notReadyReason() === '';
    return sendData(reply, { min: 0, max: 0, current: 0, state: done ? 'done' : 'waiting' });
  });
}
