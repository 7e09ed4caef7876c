import type { MetricMetadata } from '@petrel/model';
import { compileMatcher, Labels, matchesAll, PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import type { MetadataEntry, TargetMetadataEntry } from '../contract.ts';
import { closeSignal } from './close-signal.ts';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams } from './request-params.ts';

/** How far back a target's metrics are looked for. */
const TARGET_METRICS_MS = 60 * 60_000;

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
    const targets = ports.targets.active().filter(({ labels }) => matchesAll(compiled, Labels.of(labels)));
    const known = byMetric(await ports.source.metadata(metric === '' ? {} : { metric }), -1, -1);
    const signal = closeSignal(request, reply);
    const out: TargetMetadataEntry[] = [];
    for (const { labels } of targets) {
      if (limit >= 0 && out.length >= limit) break;
      const names = await metricsOfTarget(ports, labels, signal);
      for (const name of metric === '' ? names : names.filter((one) => familyOf(one, known) === metric)) {
        const family = familyOf(name, known);
        for (const entry of known[family] ?? []) {
          const row = { target: labels, ...(metric === '' ? { metric: family } : {}), ...entry };
          if (!out.some((one) => one.target === labels && (metric !== '' || one.metric === family))) out.push(row);
        }
      }
    }
    if (out.length === 0) throw new PetrelError('NOT_FOUND', 'specified metadata not found');
    return sendData(reply, limit >= 0 ? out.slice(0, limit) : out);
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

function metricsOfTarget(
  { source, nowMs }: PrometheusApiPorts,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const matchers = Object.entries(labels).map(([name, value]) => ({ type: '=' as const, name, value }));
  const endMs = nowMs();
  return source.labelValues('__name__', [matchers], { startMs: endMs - TARGET_METRICS_MS, endMs, signal });
}

/** Metadata is kept by family: `x_bucket`, `x_sum` and `x_count` belong to `x`. */
function familyOf(name: string, known: Readonly<Record<string, readonly MetadataEntry[]>>): string {
  if (known[name] !== undefined) return name;
  const family = name.replace(/_(bucket|sum|count|total|created|info)$/, '');
  return known[family] === undefined ? name : family;
}
