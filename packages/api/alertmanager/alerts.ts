import { compareStrings } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { alertFilter } from './alert-filter.ts';
import { sendJson, sendNothing } from './answer.ts';
import { compareAlerts, compareGroups } from './order.ts';
import type { AlertmanagerPort, GroupView } from './port.ts';
import { readAlerts } from './posted-alerts.ts';
import { QueryParams } from './query-params.ts';
import { renderAlert, renderGroup } from './render.ts';
import { readBody } from './request-body.ts';

/** `/alerts` and `/alerts/groups`. */
export function registerAlerts(app: FastifyInstance, port: AlertmanagerPort): void {
  app.get('/alerts', async (request, reply) => {
    const { showsAlert, showsReceiver } = alertFilter(new QueryParams(request), port);
    const views = port
      .alerts()
      .filter((view) => (showsReceiver === undefined || view.receivers.some(showsReceiver)) && showsAlert(view));
    views.sort((a, b) => compareStrings(a.alert.fingerprint, b.alert.fingerprint));
    return sendJson(reply, views.map(renderAlert));
  });

  app.post('/alerts', async (request, reply) => {
    const { valid, errors } = readAlerts(readBody(request, 'alerts'));
    if (valid.length > 0) await port.post(valid);
    return errors.length === 0 ? sendNothing(reply) : sendJson(reply, errors.join('; '), 400);
  });

  app.get('/alerts/groups', async (request, reply) => {
    const params = new QueryParams(request);
    const { showsAlert, showsReceiver } = alertFilter(params, port);
    const muted = params.flag('muted');
    const shown = port
      .groups()
      .filter((group) => showsReceiver?.(group.receiver) !== false && (muted || !isMuted(group)))
      .map((group) => ({ group, alerts: group.alerts.filter(showsAlert).sort(compareAlerts) }))
      .filter(({ alerts }) => alerts.length > 0)
      .sort((a, b) => compareGroups(a.group, b.group));
    return sendJson(
      reply,
      shown.map(({ group, alerts }) => renderGroup(group, alerts)),
    );
  });
}

/** A time interval mutes a route, and so all alerts of its groups. */
function isMuted({ alerts }: GroupView): boolean {
  return alerts.length > 0 && alerts.every(({ mutedBy }) => mutedBy.length > 0);
}
