import { createApi } from '@petrel/api';
import type { Logger } from '@petrel/model';
import { isElasticsearchClient } from '@petrel/receive';
import type { FastifyInstance } from 'fastify';
import { alertmanagerPort } from './alerting/alertmanager-port.ts';
import { nativePort } from './alerting/native-port.ts';
import type { PetrelConfig } from './config/index.ts';
import type { OwnInstruments } from './instruments/index.ts';
import { logPorts } from './logs/log-ports.ts';
import type { Parts } from './parts.ts';
import { promqlSyntax } from './promql-syntax.ts';
import type { Readiness } from './readiness.ts';
import { receiveDoors } from './receivers.ts';
import { storeStatus } from './store-status.ts';
import { configView, type ServerFacts, statusView, targetsView } from './views.ts';
import { registerWebApp } from './web-app.ts';

/** The server as the API sees it: it listens before the parts are there. */
export interface ApiOptions extends Pick<ServerFacts, 'configWarnings' | 'listen' | 'lastReload' | 'dataDir'> {
  readonly readiness: Readiness;
  readonly config: () => PetrelConfig;
  readonly parts: () => Parts | undefined;
  /** Relative names in texts that are sent start here. */
  readonly cwd: string;
  /** The built web app. */
  readonly webDir: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly enableLifecycle: boolean;
  readonly reload: () => Promise<void>;
  readonly onQuit: () => void;
  readonly logger: Logger;
  readonly instruments: OwnInstruments;
}

/** Everything that is answered on the main port. */
export function createServerApi(options: ApiOptions): FastifyInstance {
  const { readiness, config, parts, logger, instruments, webDir } = options;
  const startedMs = Date.now();
  const scraper = () => parts()?.scraper;
  const alerting = () => parts()?.alerting;
  return createApi({
    ports: {
      engine: readiness.engine,
      source: readiness.source,
      syntax: promqlSyntax(config),
      targets: targetsView(scraper),
      rules: { groups: async () => alerting()?.rules.groups() ?? [] },
      alertmanagers: () => alerting()?.otherAlertmanagers() ?? { active: [], dropped: [] },
      config: configView(config, options.flags),
      status: statusView({
        startedMs,
        dataDir: options.dataDir,
        config,
        configWarnings: options.configWarnings,
        listen: options.listen,
        readiness,
        scraper,
        metricStore: () => parts()?.metrics,
        stores: () => storeStatus(parts()?.stores),
        lastReload: options.lastReload,
      }),
      lifecycle: {
        notReadyReason: () => readiness.reason,
        quitEnabled: options.enableLifecycle,
        reload: options.reload,
        quit: options.onQuit,
      },
      ownMetrics: () => instruments.exposition(),
      nowMs: Date.now,
    },
    alertmanager: alertmanagerPort({ alerting, startedMs, readiness }),
    native: nativePort({ alerting, readiness, engine: readiness.engine, config, cwd: options.cwd, logger }),
    logs: logPorts(() => parts()?.logs, readiness),
    doors: receiveDoors(() => parts()?.receivers),
    logger,
    instruments,
    fallback: (app) => {
      answerElasticsearchClients(app, parts);
      registerWebApp(app, webDir);
    },
  });
}

/** `GET /` is the web app for people, and a cluster that introduces itself for clients of Elasticsearch. */
function answerElasticsearchClients(app: FastifyInstance, parts: () => Parts | undefined): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.split('?')[0] !== '/' || !isElasticsearchClient(request)) return;
    const handler = parts()?.receivers.logs().elasticsearch;
    if (handler === undefined) return;
    const { headers, method, url } = request;
    const query = url.slice(1).replace(/^\?/, '');
    const answer = await handler.handle({ headers, method, path: '/', query, body: Buffer.alloc(0) });
    return reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.body ?? '');
  });
}
