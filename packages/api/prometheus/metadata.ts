import type { MetricMetadata } from '@petrel/model';
import { compileMatcher, matchesAll } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import type { MetadataEntry, TargetMetadataEntry } from '../contract/prometheus.ts';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams } from './request-params.ts';

/** `metadata` and `targets/metadata`. */
export function registerMetadata(app: FastifyInstance, ports: PrometheusApiPorts): void {
  app.get('/metadata', async (request, reply) => {
    const params = RequestParams.of(request);
    const limit = params.integer('limit', -1);
    const limitPerMetric = params.integer('limit_per_metric', params.integer('limitPerMetric', -1));
    const metric = params.get('metric');
    const rows = await ports.source.metadata({
      ...(metric === '' ? {} : { metric }),
      ...(limit > 0 ? { limit } : {}),
      ...(limitPerMetric > 0 ? { limitPerMetric } : {}),
    });
    return sendData(reply, limit === 0 ? {} : byMetric(rows, limit, limitPerMetric));
  });

  app.get('/targets/metadata', async (request, reply) => {
    const params = RequestParams.of(request);
    const limit = params.integer('limit', -1);
    const metric = params.get('metric');
    const selector = params.get('match_target');
    const matchers = selector === '' ? [] : ports.syntax.parseSelector(selector);
    const compiled = matchers.map((matcher) => ({ name: matcher.name, matches: compileMatcher(matcher) }));
    const out: TargetMetadataEntry[] = [];
    for (const row of ports.targets.metadata()) {
      if (limit >= 0 && out.length >= limit) break;
      if (metric !== '' && row.metric !== metric) continue;
      if (!matchesAll(compiled, row.target)) continue;
      const { type, help, unit } = row;
      out.push({ target: row.target.toObject(), ...(metric === '' ? { metric: row.metric } : {}), type, help, unit });
    }
    return sendData(reply, out);
  });
}

function byMetric(
  rows: readonly MetricMetadata[],
  limit: number,
  limitPerMetric: number,
): Record<string, readonly MetadataEntry[]> {
  // Without a prototype: a metric may be called `constructor`.
  const out: Record<string, MetadataEntry[]> = Object.create(null);
  let metrics = 0;
  for (const { metric, type, help, unit } of rows) {
    let entries = out[metric];
    if (entries === undefined) {
      if (limit >= 0 && metrics >= limit) continue;
      entries = [];
      out[metric] = entries;
      metrics++;
    }
    if (limitPerMetric <= 0 || entries.length < limitPerMetric) entries.push({ type, help, unit });
  }
  return out;
}
