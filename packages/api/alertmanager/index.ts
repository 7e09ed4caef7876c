/**
 * Alertmanager's API v2. Requests of its clients (Prometheus, amtool, Grafana, dashboards) enter, the JSON of its schema leaves; the alert engine
 * stands behind the port of port.ts. `createApi` (../app.ts) registers it under `/api/v2`.
 */
import type { FastifyInstance } from 'fastify';
import { registerAlerts } from './alerts.ts';
import { sendError } from './answer.ts';
import { registerGeneral } from './general.ts';
import type { AlertmanagerPort } from './port.ts';
import { Refusal } from './refusal.ts';
import { registerSilences } from './silences.ts';

export type {
  AlertmanagerPort,
  AlertmanagerStatus,
  AlertState,
  AlertView,
  GroupView,
  PostedAlert,
  PostedSilence,
  ReceiverView,
  VersionInfo,
} from './port.ts';

const METHODS: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/(status|receivers|alerts\/groups)$/, ['GET']],
  [/^\/(alerts|silences)$/, ['GET', 'POST']],
  [/^\/silence\/[^/]+$/, ['DELETE', 'GET']],
];

/** Adds the routes, relative to the prefix of `app`: a scope of its own, since it answers errors in its own way and takes bodies as text. */
export function registerAlertmanagerApi(app: FastifyInstance, port: AlertmanagerPort): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Parameters<typeof sendError>[1], _request, reply) => sendError(reply, error));
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  registerGeneral(app, port);
  registerAlerts(app, port);
  registerSilences(app, port);
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/*',
    handler: async (request, reply) => {
      const path = request.url.split('?')[0] as string;
      const below = `/${(request.params as { readonly '*': string })['*']}`.replace(/\/$/, '');
      const allowed = METHODS.find(([pattern]) => pattern.test(below))?.[1];
      if (allowed === undefined) throw new Refusal(404, `path ${path} was not found`);
      reply.header('allow', allowed.join(','));
      throw new Refusal(405, `method ${request.method} is not allowed, but [${allowed.join(',')}] are`);
    },
  });
}
