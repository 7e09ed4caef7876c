import type { Instruments, Logger } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { type AlertmanagerPort, registerAlertmanagerApi } from './alertmanager/index.ts';
import { compressLargeAnswers } from './compress.ts';
import {
  type LogsApiPorts,
  legacyTail,
  lokiTail,
  registerLokiApi,
  registerLokiLegacy,
  serveTails,
} from './loki/index.ts';
import { registerNativeAlerting } from './native/alerting.ts';
import { nativeTail, registerNativeLogs } from './native/logs/index.ts';
import type { NativeAlertingPorts } from './native/port.ts';
import { registerNativeApi } from './native/status.ts';
import { sendFailure } from './prometheus/envelope.ts';
import { type PrometheusApiPorts, registerPrometheusApi, registerPrometheusRoot } from './prometheus/index.ts';
import { registerDoors } from './receive/doors.ts';
import type { ReceiveDoor } from './receive/port.ts';

/** Queries travel in form bodies; no query that a person or Grafana writes is longer. */
const FORM_LIMIT_BYTES = 10 * 1024 * 1024;
/** As in Go's servers, and so in Prometheus: a GET may carry a long query. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** Label names and pushed grouping keys stand in the path. */
const MAX_PARAM_LENGTH = 16 * 1024;

export interface ApiOptions {
  readonly ports: PrometheusApiPorts;
  readonly alertmanager: AlertmanagerPort;
  readonly native: NativeAlertingPorts;
  /** Absent: there are no logs, and nothing answers for Loki. */
  readonly logs?: Pick<LogsApiPorts, 'engine' | 'source'>;
  readonly doors: readonly ReceiveDoor[];
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Adds what is not ours: the web app's files. Called before the fallback is set. */
  readonly fallback?: (app: FastifyInstance) => void;
}

/** The HTTP server of the main port, not listening yet. Errors under `/api` are JSON, whatever they are. */
export function createApi({
  ports,
  alertmanager,
  native,
  logs,
  doors,
  logger,
  instruments,
  fallback,
}: ApiOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: FORM_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    // A client that is slow to send its headers is not worth a connection; long answers are not touched by it.
    connectionTimeout: 0,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    keepAliveTimeout: 5 * 60_000,
    forceCloseConnections: 'idle',
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = asPetrelError(error);
    // A connection that is cut while its body still comes is reset, and the sender never reads why: the rest is read and dropped.
    if (known?.code === 'BODY_TOO_LARGE') reply.removeHeader('connection');
    if (known === undefined) logger.error('request failed', { url: request.url, error: error.stack ?? error.message });
    return sendFailure(reply, known ?? new PetrelError('INTERNAL', 'internal error', { cause: error }));
  });
  countRequests(app, instruments);
  compressLargeAnswers(app);
  app.addHook('onRequest', async (request, reply) => {
    // As Prometheus: its data may be read by pages of any origin.
    if (request.headers.origin !== undefined && request.url.startsWith('/api/')) {
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'Date');
    }
  });
  app.addHook('onRequest', async (request) => refuseForeignChange(request));
  app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request) => {
        const reason = ports.lifecycle.notReadyReason();
        if (reason !== '' && !request.url.startsWith('/api/v1/status/')) throw notReady(reason);
      });
      registerPrometheusApi(scope, ports);
    },
    { prefix: '/api/v1' },
  );
  app.register(async (scope) => registerAlertmanagerApi(scope, alertmanager), { prefix: '/api/v2' });
  app.register(
    async (scope) => {
      registerNativeApi(scope, ports);
      registerNativeAlerting(scope, native);
    },
    { prefix: '/api/v1/petrel' },
  );
  if (logs !== undefined) registerLogs(app, logsPorts(logs, ports, logger));
  registerPrometheusRoot(app, ports);
  registerDoors(app, doors, ports.lifecycle);
  app.options('/api/*', async (_request, reply) =>
    reply
      .header('access-control-allow-origin', '*')
      .header('access-control-allow-methods', 'GET, POST, OPTIONS')
      .header('access-control-allow-headers', 'Accept, Authorization, Content-Type, Origin')
      .code(204)
      .send(),
  );
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/api/*',
    handler: async (request, reply) =>
      sendFailure(reply, new PetrelError('NOT_FOUND', `unknown path ${request.url.split('?')[0]}`)),
  });
  fallback?.(app);
  return app;
}

function logsPorts(
  logs: Pick<LogsApiPorts, 'engine' | 'source'>,
  { lifecycle, status, nowMs }: PrometheusApiPorts,
  logger: Logger,
): LogsApiPorts {
  return {
    ...logs,
    notReadyReason: () => lifecycle.notReadyReason(),
    buildInfo: () => status.buildInfo(),
    nowMs,
    logger,
  };
}

function registerLogs(app: FastifyInstance, ports: LogsApiPorts): void {
  app.register(async (scope) => registerLokiApi(scope, ports), { prefix: '/loki/api/v1' });
  app.register(async (scope) => registerLokiLegacy(scope, ports), { prefix: '/api/prom' });
  app.register(async (scope) => registerNativeLogs(scope, ports), { prefix: '/api/v1/petrel/logs' });
  serveTails(app, ports, { routes: [lokiTail, legacyTail, nativeTail] });
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: '/loki/*',
    handler: async (_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n'),
  });
}

/**
 * Pages of other origins may read, as with Prometheus, but they do not silence alerts: a browser that can reach the server
 * must not become anybody's remote control.
 */
function refuseForeignChange({ method, url, headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined || method === 'GET' || method === 'OPTIONS' || !/^\/(api\/v2|api\/v1\/petrel|-)\//.test(url))
    return;
  const forwarded = headers['x-forwarded-host'];
  const from = URL.canParse(origin) ? new URL(origin).host : origin;
  if (from === host || from === forwarded) return;
  throw new PetrelError('FORBIDDEN', `pages of ${origin} may not change anything here`);
}

function notReady(reason: string): PetrelError {
  return new PetrelError('STORE_UNAVAILABLE', reason, { retryAfterMs: 1000 });
}

/** Our own errors, and Fastify's about the request (4xx). Anything else is a bug. */
function asPetrelError(error: FastifyError | PetrelError): PetrelError | undefined {
  if (error instanceof PetrelError) return error;
  if (error.statusCode === 413) return new PetrelError('BODY_TOO_LARGE', error.message);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new PetrelError('BAD_REQUEST', error.message);
  }
  return undefined;
}

function countRequests(app: FastifyInstance, instruments: Instruments): void {
  const labels = ['handler', 'method', 'code'];
  const total = instruments.counter('petrel_http_requests_total', 'HTTP requests answered.', labels);
  const seconds = instruments.histogram(
    'petrel_http_request_duration_seconds',
    'Time from the request to the end of its answer.',
    ['handler'],
  );
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the path: the number of series stays bounded.
    const handler = request.routeOptions.url ?? 'unknown';
    total.add(1, handler, request.method.toLowerCase(), `${reply.statusCode}`);
    seconds.observe(reply.elapsedTime / 1000, handler);
  });
}
