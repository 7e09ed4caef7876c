import type { Matcher } from '@petrel/model';
import { isLegacyLabelName, isLegacyMetricName, isStaleAt, Labels, PetrelError, quote, wordsOf } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { closeSignal } from './close-signal.ts';
import type { PrometheusApiPorts } from './port.ts';
import { formatTextFloat } from './render/go-number.ts';
import { RequestParams } from './request-params.ts';

/** The engine's own bound on what one query loads. */
const MAX_SAMPLES = 50_000_000;

interface Latest {
  readonly labels: Labels;
  readonly tMs: number;
  readonly value: number;
}

/**
 * `/federate`: the latest sample within the lookback of every series that any `match[]` selects, in the text format, sorted by metric.
 * External labels are added where the series has none of that name; `instance` is there in any case. Native histograms are left out.
 */
export function registerFederate(app: FastifyInstance, ports: PrometheusApiPorts): void {
  app.get('/federate', async (request, reply) => {
    const params = RequestParams.of(request);
    const sets = params.matcherSets(ports.syntax.parseSelector);
    if (sets.length === 0) throw new PetrelError('BAD_REQUEST', 'no match[] parameter provided');
    const rows = await latestSamples(ports, sets, closeSignal(request, reply));
    return reply
      .type('text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8')
      .send(exposition(rows, ports.config.externalLabels()));
  });
}

async function latestSamples(
  { source, config, nowMs }: PrometheusApiPorts,
  sets: readonly (readonly Matcher[])[],
  signal: AbortSignal,
): Promise<Latest[]> {
  const endMs = nowMs();
  const startMs = endMs - config.lookbackMs() + 1;
  const found = new Map<string, Latest>();
  for (const matchers of sets) {
    for (const series of await source.select({ matchers, startMs, endMs, maxSamples: MAX_SAMPLES, signal })) {
      const last = series.to - 1;
      if (last < series.from || isStaleAt(wordsOf(series.values), last)) continue;
      const tMs = series.tsMs[last] as number;
      if ((series.histograms?.at(-1)?.tMs ?? 0) > tMs) continue;
      found.set(series.labels.key, { labels: series.labels, tMs, value: series.values[last] as number });
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      (a.labels.metric < b.labels.metric ? -1 : a.labels.metric > b.labels.metric ? 1 : 0) ||
      Labels.compare(a.labels, b.labels),
  );
}

function exposition(rows: readonly Latest[], external: Labels): string {
  const out: string[] = [];
  let metric: string | undefined;
  for (const { labels, tMs, value } of rows) {
    if (labels.metric !== metric) {
      metric = labels.metric;
      out.push(`# TYPE ${isLegacyMetricName(metric) ? metric : quote(metric)} untyped\n`);
    }
    out.push(`${seriesText(labels, external)} ${formatTextFloat(value)} ${tMs}\n`);
  }
  return out.join('');
}

function seriesText(labels: Labels, external: Labels): string {
  const { metric } = labels;
  const parts: string[] = isLegacyMetricName(metric) ? [] : [quote(metric)];
  const add = (name: string, value: string): void => {
    parts.push(`${isLegacyLabelName(name) ? name : quote(name)}=${textValue(value)}`);
  };
  for (const [name, value] of labels) if (name !== '__name__') add(name, value);
  for (const [name, value] of external) if (!labels.has(name)) add(name, value);
  if (!labels.has('instance') && !external.has('instance')) add('instance', '');
  return `${isLegacyMetricName(metric) ? metric : ''}{${parts.join(',')}}`;
}

/** The text format knows three escapes. */
function textValue(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
