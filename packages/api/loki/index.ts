/**
 * Loki's HTTP API for reading logs. Requests of Loki's clients (Grafana's data source, logcli) enter, JSON in Loki's shapes or its errors as plain text leave; what is behind comes in through the ports of
 * port.ts. `createApi` (../app.ts) calls.
 */
import { PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { knownError, sendError, sendJson } from './answer.ts';
import { registerDetected } from './detected.ts';
import { registerFormatQuery } from './format-query.ts';
import { registerLabels } from './labels.ts';
import { registerLegacy } from './legacy.ts';
import { registerPatterns } from './patterns.ts';
import type { LogsApiPorts } from './port.ts';
import { registerQuery } from './query.ts';
import { registerVolume } from './volume.ts';

export type { LogsApiPorts } from './port.ts';
export { legacyTail, lokiTail } from './tail/loki-tail.ts';
export { serveTails } from './tail/serve-tails.ts';

/** `app` is the scope of `/loki/api/v1`. */
export function registerLokiApi(app: FastifyInstance, ports: LogsApiPorts): void {
  answerErrorsAsText(app, ports);
  registerQuery(app, ports);
  registerLabels(app, ports);
  registerVolume(app, ports);
  registerPatterns(app, ports);
  registerDetected(app, ports);
  registerFormatQuery(app);
  app.get('/status/buildinfo', async (_request, reply) => sendJson(reply, ports.buildInfo()));
}

/** `app` is the scope of `/api/prom`. */
export function registerLokiLegacy(app: FastifyInstance, ports: LogsApiPorts): void {
  answerErrorsAsText(app, ports);
  registerLegacy(app, ports);
}

function answerErrorsAsText(app: FastifyInstance, ports: LogsApiPorts): void {
  refuseUntilReady(app, ports);
  app.setErrorHandler((error, request, reply) => {
    const known = knownError(error);
    if (known === undefined) {
      ports.logger.error('request failed', { url: request.url, error: String((error as Error).stack) });
    }
    return sendError(reply, known ?? new PetrelError('INTERNAL', 'internal error', { cause: error }));
  });
}

/** What is no question about data is answered from the start. */
export function refuseUntilReady(app: FastifyInstance, { notReadyReason }: LogsApiPorts): void {
  app.addHook('onRequest', async (request) => {
    const reason = notReadyReason();
    if (reason === '' || /\/(?:status\/|format_query)/.test(request.url)) return;
    throw new PetrelError('STORE_UNAVAILABLE', reason, { retryAfterMs: 1000 });
  });
}
