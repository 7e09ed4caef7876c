import type { NamedCount, TsdbStats } from './port.ts';
import type { MetricSeriesRegistry } from './registry.ts';

/** Counts over the series that are being written now, as Prometheus counts over its head. One pass over the registry. */
export function headStats(
  registry: MetricSeriesRegistry,
  limit: number,
): Omit<TsdbStats, 'minTimeMs' | 'maxTimeMs' | 'chunkCount'> {
  const byMetric = new Map<string, number>();
  const byName = new Map<string, Map<number, number>>();
  const metricNames = registry.metricNames;
  for (let ref = 0; ref < registry.capacity; ref++) {
    if (!registry.isLive(ref)) continue;
    const metric = metricNames[registry.metricOf[ref] as number] as string;
    byMetric.set(metric, (byMetric.get(metric) ?? 0) + 1);
    registry.eachLabel(ref, (name, value) => {
      let values = byName.get(name);
      if (values === undefined) {
        values = new Map();
        byName.set(name, values);
      }
      values.set(value, (values.get(value) ?? 0) + 1);
    });
  }
  const memory: NamedCount[] = [];
  const pairs = new Top(limit);
  let headLabelPairs = 0;
  for (const [name, values] of byName) {
    headLabelPairs += values.size;
    let bytes = 0;
    for (const [value, count] of values) {
      bytes += count * registry.symbolBytes(value).length;
      pairs.offer(count, () => `${name}=${registry.symbolText(value)}`);
    }
    memory.push({ name, value: bytes });
  }
  return {
    headSeries: registry.size,
    headLabelPairs,
    seriesCountByMetricName: top(
      [...byMetric].map(([name, value]) => ({ name, value })),
      limit,
    ),
    labelValueCountByLabelName: top(
      [...byName].map(([name, { size }]) => ({ name, value: size })),
      limit,
    ),
    memoryInBytesByLabelName: top(memory, limit),
    seriesCountByLabelValuePair: pairs.list,
  };
}

function top(list: NamedCount[], limit: number): NamedCount[] {
  return list.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).slice(0, limit);
}

/** The largest of many, whose names are made only for those that get in. */
class Top {
  list: NamedCount[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(value: number, name: () => string): void {
    if (this.list.length >= this.#limit && value <= (this.list.at(-1)?.value ?? 0)) return;
    this.list = top([...this.list, { name: name(), value }], this.#limit);
  }
}
