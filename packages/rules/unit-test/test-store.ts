import type { Labels, SampleBatch, SampleSink } from '@petrel/model';
import { isStaleAt, wordsOf } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import type { MemorySample } from '@petrel/query/promql/memory/memory-source.ts';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { parseSeriesDescription } from '@petrel/query/promql/memory/series-description.ts';
import type { RuleTestGroup } from './test-file.ts';

/** The samples of a test: its input series, and what rules record. */
export class TestStore {
  readonly #memory = new MemorySource();
  readonly sink: SampleSink;
  /** Nothing later can be read: rules do not see what is still to come. */
  horizonMs = Infinity;

  constructor() {
    const series: Labels[] = [];
    this.sink = {
      registry: {
        find: () => -1,
        register: (_high, _low, labels) => series.push(labels) - 1,
        labelsOf: (ref) => series[ref] as Labels,
      },
      write: async (batch) => {
        this.#take(batch, series);
        series.length = 0;
      },
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

  get source(): MetricSource {
    const memory = this.#memory;
    return {
      select: (request) => memory.select({ ...request, endMs: Math.min(request.endMs, this.horizonMs) }),
      series: (selectors, range, limit) => memory.series(selectors, range, limit),
      labelNames: (selectors, range, limit) => memory.labelNames(selectors, range, limit),
      labelValues: (name, selectors, range, limit) => memory.labelValues(name, selectors, range, limit),
      exemplars: (selectors, range) => memory.exemplars(selectors, range),
      metadata: (options) => memory.metadata(options),
    };
  }

  #take(batch: SampleBatch, series: readonly Labels[]): void {
    const words = wordsOf(batch.values);
    for (let i = 0; i < batch.length; i++) {
      const tMs = batch.timestampsMs[i] as number;
      const sample = isStaleAt(words, i) ? { tMs, stale: true } : { tMs, value: batch.values[i] as number };
      this.#memory.write(series[batch.refs[i] as number] as Labels, [sample]);
    }
    for (const { ref, tMs, histogram } of batch.histograms ?? []) {
      this.#memory.write(series[ref] as Labels, [{ tMs, histogram }]);
    }
  }
}
