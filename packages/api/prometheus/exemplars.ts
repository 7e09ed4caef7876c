import type { Matcher } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import type { ExemplarSeries } from '../contract/prometheus.ts';
import { closeSignal } from './close-signal.ts';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { formatJsonFloat } from './render/go-number.ts';
import { invalidParam, MAX_TIME_MS, MIN_TIME_MS, RequestParams, withName } from './request-params.ts';
import { selectorsOf } from './selectors.ts';

/** `query_exemplars`: the exemplars of every series that the selectors of an expression name. */
export function registerExemplars(app: FastifyInstance, { source, syntax }: PrometheusApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/query_exemplars',
    handler: async (request, reply) => {
      const params = RequestParams.of(request);
      const startMs = params.timeMs('start', MIN_TIME_MS);
      const endMs = params.timeMs('end', MAX_TIME_MS);
      if (endMs < startMs) throw invalidParam('end', 'end timestamp must not be before start timestamp');
      const selectors: (readonly Matcher[])[] = selectorsOf(withName('query', () => syntax.parse(params.get('query'))));
      if (selectors.length === 0) return sendData(reply, []);
      const found = await source.exemplars(selectors, { startMs, endMs, signal: closeSignal(request, reply) });
      const data: ExemplarSeries[] = found.map(({ labels, exemplars }) => ({
        seriesLabels: labels.toObject(),
        exemplars: exemplars.map((one) => ({
          labels: one.labels.toObject(),
          value: formatJsonFloat(one.value),
          timestamp: one.tMs / 1000,
        })),
      }));
      return sendData(reply, data);
    },
  });
}
