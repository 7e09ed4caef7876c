import type { FastifyInstance } from 'fastify';
import { receiversOf } from './alert-filter.ts';
import { sendJson } from './answer.ts';
import { formatDateTime } from './date-time.ts';
import type { AlertmanagerPort } from './port.ts';
import { QueryParams } from './query-params.ts';
import { renderReceiver } from './render.ts';

/** `/status` and `/receivers`. */
export function registerGeneral(app: FastifyInstance, port: AlertmanagerPort): void {
  app.get('/status', async (_request, reply) => {
    const { configYaml, startedMs, versionInfo } = port.status();
    const { branch, buildDate, buildUser, goVersion, revision, version } = versionInfo;
    return sendJson(reply, {
      // There is no gossip between servers: what they share is in their database.
      cluster: { peers: [], status: 'disabled' },
      config: { original: configYaml },
      uptime: formatDateTime(startedMs),
      versionInfo: { branch, buildDate, buildUser, goVersion, revision, version },
    });
  });

  app.get('/receivers', async (request, reply) =>
    sendJson(reply, receiversOf(new QueryParams(request), port).map(renderReceiver)),
  );
}
