import { type Labels, type MetricType, PetrelError } from '@petrel/model';
import { createExpositionParser, type ExpositionFormat } from '@petrel/wire';
import { formatValue, type PushedFamily, type PushedSeries } from './group.ts';

const SUFFIXES: Partial<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};

interface OpenFamily {
  type: MetricType;
  help: string;
  readonly series: Map<string, PushedSeries>;
}

/** The gateway's own metrics cannot be pushed. */
const OWN = new Set(['push_time_seconds', 'push_failure_time_seconds']);

/**
 * Reads a pushed body into families; every series gets the grouping labels. Throws DECODE_FAILED or BAD_REQUEST for what the
 * gateway does not take: timestamps, one series twice.
 */
export function parsePushedBody(
  body: Uint8Array,
  format: ExpositionFormat,
  grouping: Readonly<Record<string, string>>,
): PushedFamily[] {
  const families = new Map<string, OpenFamily>();
  const parser = createExpositionParser(body, format);
  const family = (name: string): OpenFamily => {
    let open = families.get(name);
    if (open === undefined) {
      open = { type: 'unknown', help: '', series: new Map() };
      families.set(name, open);
    }
    return open;
  };
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry === 'type') family(parser.metric).type = parser.type;
    else if (entry === 'help') family(parser.metric).help = parser.help;
    else if (entry === 'histogram') {
      throw new PetrelError('BAD_REQUEST', `native histograms cannot be pushed: ${parser.labels()}`);
    } else if (entry === 'series') {
      if (!Number.isNaN(parser.timestampMs)) {
        throw new PetrelError('BAD_REQUEST', 'pushed metrics must not have timestamps');
      }
      const exposed = parser.labels();
      const labels = withGrouping(exposed, grouping);
      const { series } = family(familyName(exposed.metric, families));
      const key = labels.key;
      if (series.has(key)) {
        throw new PetrelError(
          'BAD_REQUEST',
          `pushed metrics are invalid or inconsistent with existing metrics: collected metric ${labels} was collected before with the same name and label values`,
        );
      }
      series.set(key, { labels: labels.toObject(), value: formatValue(parser.value) });
    }
  }
  return [...families]
    .filter(([name, { series }]) => !OWN.has(name) && series.size > 0)
    .map(([name, { type, help, series }]) => ({ name, type, help, series: [...series.values()] }));
}

function withGrouping(exposed: Labels, grouping: Readonly<Record<string, string>>): Labels {
  let labels = exposed;
  for (const [name, value] of Object.entries(grouping)) {
    if (labels.get(name) !== value) labels = labels.with(name, value);
  }
  return labels;
}

function familyName(metric: string, families: ReadonlyMap<string, OpenFamily>): string {
  if (families.has(metric)) return metric;
  for (let at = metric.lastIndexOf('_'); at > 0; at = metric.lastIndexOf('_', at - 1)) {
    const open = families.get(metric.slice(0, at));
    if (open !== undefined && SUFFIXES[open.type]?.includes(metric.slice(at)) === true) return metric.slice(0, at);
  }
  return metric;
}
