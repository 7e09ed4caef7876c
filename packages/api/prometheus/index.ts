/**
 * Prometheus's HTTP API. Requests of Prometheus clients (Grafana, promtool, our own web app) enter, JSON or text leaves; what is
 * behind comes in through the ports of port.ts. `createApi` (../app.ts) calls.
 */
import type { FastifyInstance } from 'fastify';
import { registerExemplars } from './exemplars.ts';
import { registerFederate } from './federate.ts';
import { registerLifecycle } from './lifecycle.ts';
import { registerMetadata } from './metadata.ts';
import type { PrometheusApiPorts } from './port.ts';
import { registerQuery } from './query.ts';
import { registerRules } from './rules.ts';
import { registerSeries } from './series.ts';
import { registerStatus } from './status.ts';
import { registerSyntax } from './syntax.ts';
import { registerTargets } from './targets.ts';

export type {
  ConfigView,
  LifecycleView,
  PrometheusApiPorts,
  PromqlSyntax,
  RulesView,
  StatusView,
  TargetMetadata,
  TargetsView,
} from './port.ts';
export { formatDuration } from './time.ts';

/** Everything under `/api/v1`. */
export function registerPrometheusApi(app: FastifyInstance, ports: PrometheusApiPorts): void {
  registerQuery(app, ports);
  registerSeries(app, ports);
  registerMetadata(app, ports);
  registerTargets(app, ports);
  registerRules(app, ports);
  registerExemplars(app, ports);
  registerSyntax(app, ports);
  registerStatus(app, ports);
}

/** What stands at the root: federation, lifecycle, the server's own metrics. */
export function registerPrometheusRoot(app: FastifyInstance, ports: PrometheusApiPorts): void {
  registerFederate(app, ports);
  registerLifecycle(app, ports);
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await ports.ownMetrics()),
  );
}
