import type { SampleSink } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import type { MemorySample } from '@petrel/query/promql/memory/memory-source.ts';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { parseSeriesDescription } from '@petrel/query/promql/memory/series-description.ts';
import { SimulatedStore } from '../simulation/simulated-store.ts';
import type { RuleTestGroup } from './test-file.ts';

/** The samples of a test: its input series, and over them what rules record. */
export class TestStore {
  readonly #memory = new MemorySource();
  readonly #store = new SimulatedStore(this.#memory, []);
  readonly sink: SampleSink = this.#store.sink;
  readonly source: MetricSource;
  /** Nothing later can be read: rules do not see what is still to come. */
  horizonMs = Infinity;

  constructor() {
    const stored = this.#store.source;
    this.source = {
      select: (request) => stored.select({ ...request, endMs: Math.min(request.endMs, this.horizonMs) }),
      series: (selectors, range, limit) => stored.series(selectors, range, limit),
      labelNames: (selectors, range, limit) => stored.labelNames(selectors, range, limit),
      labelValues: (name, selectors, range, limit) => stored.labelValues(name, selectors, range, limit),
      exemplars: (selectors, range) => stored.exemplars(selectors, range),
      metadata: (options) => stored.metadata(options),
    };
  }

  /** Throws PromqlParseError. */
  load({ inputSeries, startMs }: RuleTestGroup, intervalMs: number): void {
    for (const { series, values } of inputSeries) {
      const description = parseSeriesDescription(`${series} ${values}`);
      const samples = description.values.flatMap((value, i): readonly MemorySample[] => {
        const tMs = startMs + i * intervalMs;
        if (value.kind === 'gap') return [];
        if (value.kind === 'stale') return [{ tMs, stale: true }];
        return [value.kind === 'float' ? { tMs, value: value.value } : { tMs, histogram: value.histogram }];
      });
      this.#memory.write(description.labels, samples);
    }
  }
}
