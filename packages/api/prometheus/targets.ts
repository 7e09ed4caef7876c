import type { FastifyInstance } from 'fastify';
import type { ScrapePoolsData, TargetsData } from '../contract/prometheus.ts';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams } from './request-params.ts';

/** `targets` and `scrape_pools`. */
export function registerTargets(app: FastifyInstance, { targets }: PrometheusApiPorts): void {
  app.get('/scrape_pools', async (_request, reply) => {
    const data: ScrapePoolsData = { scrapePools: [...targets.pools()].sort() };
    return sendData(reply, data);
  });

  app.get('/targets', async (request, reply) => {
    const params = RequestParams.of(request);
    const pool = params.get('scrapePool');
    const state = params.get('state').toLowerCase();
    const showActive = state === '' || state === 'any' || state === 'active';
    const showDropped = state === '' || state === 'any' || state === 'dropped';
    const inPool = ({ scrapePool }: { scrapePool: string }): boolean => pool === '' || scrapePool === pool;
    const data: TargetsData = {
      activeTargets: showActive ? targets.active().filter(inPool) : [],
      droppedTargets: showDropped ? targets.dropped().filter(inPool) : [],
      droppedTargetCounts: showDropped ? targets.droppedCounts() : {},
    };
    return sendData(reply, data);
  });
}
