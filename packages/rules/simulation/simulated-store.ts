import type { Labels, SampleBatch, SampleSink, SeriesColumns } from '@petrel/model';
import { isStaleAt, wordsOf } from '@petrel/model';
import type { GridRequest, GridSeries, MetricSource, SelectRequest } from '@petrel/query/promql';
import { cutColumns } from '../evaluation/merge-columns.ts';
import type { RuleOutput } from '../evaluation/output-match.ts';
import { outputMatcher } from '../evaluation/output-match.ts';
import { OverlaySource } from '../evaluation/overlay-source.ts';
import { SeriesBuffer } from './series-buffer.ts';

/** The output of a simulated rule, and from when on the simulation stands in for what the store holds of it. */
export interface SimulatedOutput {
  readonly output: RuleOutput;
  readonly fromMs: number;
}

/** The source as it would be if the simulated rules had written it: what they yield lies over it, what they once wrote is out of sight. */
export class SimulatedStore {
  readonly source: OverlaySource;
  readonly sink: SampleSink;
  readonly #buffers = new Map<string, SeriesBuffer>();

  constructor(base: MetricSource, outputs: readonly SimulatedOutput[]) {
    this.source = new OverlaySource(hiding(base, outputs));
    this.sink = this.#sink();
  }

  buffer(labels: Labels): SeriesBuffer {
    let buffer = this.#buffers.get(labels.key);
    if (buffer === undefined) {
      buffer = new SeriesBuffer(labels);
      this.#buffers.set(labels.key, buffer);
      this.source.add(buffer);
    }
    return buffer;
  }

  #sink(): SampleSink {
    const series: Labels[] = [];
    return {
      registry: {
        find: () => -1,
        register: (_high, _low, labels) => series.push(labels) - 1,
        labelsOf: (ref) => series[ref] as Labels,
      },
      write: async (batch) => {
        this.#take(batch, series);
        // A reference lives for one batch: every series is told of again with the next.
        series.length = 0;
      },
    };
  }

  #take(batch: SampleBatch, series: readonly Labels[]): void {
    const words = wordsOf(batch.values);
    for (let i = 0; i < batch.length; i++) {
      const buffer = this.buffer(series[batch.refs[i] as number] as Labels);
      const tMs = batch.timestampsMs[i] as number;
      if (isStaleAt(words, i)) buffer.close(tMs);
      else buffer.append(tMs, batch.values[i] as number);
    }
    for (const { ref, ...sample } of batch.histograms ?? []) {
      this.buffer(series[ref] as Labels).appendHistogram(sample);
    }
  }
}

/** The base, read once, without the samples that the simulation will write anew. */
function hiding(base: MetricSource, outputs: readonly SimulatedOutput[]): MetricSource {
  const hidden = (request: SelectRequest) => {
    const matches = outputMatcher([request.matchers]);
    return outputs.filter(({ output, fromMs }) => fromMs <= request.endMs && matches(output));
  };
  const { selectGrid } = base;
  return {
    async select(request) {
      const concerned = hidden(request);
      const series = await base.select({ ...request, once: true });
      return concerned.length === 0 ? series : series.flatMap((one) => visible(one, concerned));
    },
    ...(selectGrid === undefined
      ? {}
      : {
          selectGrid: async (request: GridRequest): Promise<readonly GridSeries[] | undefined> =>
            hidden(request).length > 0 ? undefined : selectGrid.call(base, { ...request, once: true }),
        }),
    series: (selectors, range, limit) => base.series(selectors, range, limit),
    labelNames: (selectors, range, limit) => base.labelNames(selectors, range, limit),
    labelValues: (name, selectors, range, limit) => base.labelValues(name, selectors, range, limit),
    exemplars: (selectors, range) => base.exemplars(selectors, range),
    metadata: (options) => base.metadata(options),
  };
}

function visible(series: SeriesColumns, outputs: readonly SimulatedOutput[]): readonly SeriesColumns[] {
  const fromMs = Math.min(...outputs.filter(({ output }) => isOf(output, series.labels)).map((one) => one.fromMs));
  if (fromMs === Infinity) return [series];
  const cut = cutColumns(series, -Infinity, fromMs - 1);
  return cut === undefined ? [] : [cut];
}

function isOf({ metrics, fixed }: RuleOutput, labels: Labels): boolean {
  if (!metrics.includes(labels.metric)) return false;
  for (const [name, value] of fixed) if (labels.get(name) !== value) return false;
  return true;
}
