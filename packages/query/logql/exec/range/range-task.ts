import type { Labels } from '@petrel/model';
import type { Column } from '../../../promql/exec/columns.ts';
import { Arena } from '../../../promql/exec/columns.ts';
import type { RangeAggregation } from '../../parse/ast.ts';
import type { LogWork } from '../log-work.ts';
import type { ProcessedLine } from '../pipeline.ts';
import { FoldedSeries } from './folded-series.ts';
import type { FoldingName } from './folding.ts';
import { KeptSeries } from './kept-series.ts';
import { SampleExtractor } from './sample-extractor.ts';
import { SeriesNumbers, seriesLabels } from './series-numbers.ts';
import type { RangeWindows } from './windows.ts';
import { bucketsOf } from './windows.ts';

/** Beyond so many buckets a step, and some to begin with, values are kept instead: step and range have hardly a common divisor. */
const MAX_BUCKETS_A_STEP = 64;
const MANY_BUCKETS = 20_000;
/** A label set costs about as much as so many values. */
const LABELS_SIZE = 16;

/** Where the samples of one series go; by series in order of appearance. */
export interface SeriesStore {
  /** False where the time is in no window. Asked before anything else is found out about a line. */
  covers(tsNs: bigint): boolean;
  /** Of the time that `covers` was last asked for. */
  add(series: number, value: number): void;
  /** Writes the windows of a series and returns how many have a value; `present` comes all zero. */
  windows(series: number, out: Float64Array, present: Uint8Array): number;
}

export interface RangeTaskOptions {
  readonly node: RangeAggregation;
  readonly windows: RangeWindows;
  /** Labels by which what stands around the aggregation sums up; undefined where the series themselves matter. */
  readonly sumBy: readonly string[] | undefined;
  readonly work: LogWork;
}

/** One range aggregation that is fed line by line, in order of time. */
export class RangeTask {
  readonly node: RangeAggregation;
  readonly windows: RangeWindows;
  readonly #extractor: SampleExtractor;
  readonly #store: SeriesStore;
  readonly #work: LogWork;
  readonly #series: SeriesNumbers;
  #known = 0;

  constructor({ node, windows, sumBy, work }: RangeTaskOptions) {
    this.node = node;
    this.windows = windows;
    this.#work = work;
    const by = seriesLabels(node, sumBy);
    this.#extractor = new SampleExtractor(node, by);
    this.#series = new SeriesNumbers(by);
    this.#store = storeFor(node, windows, work);
  }

  /** `stream`: the labels of the line's stream. */
  take(line: ProcessedLine, { tsNs, stream }: { readonly tsNs: bigint; readonly stream: Labels }): void {
    if (!this.#store.covers(tsNs)) return;
    const sample = this.#extractor.extract(line, stream);
    if (sample === undefined) return;
    const series = this.#series.of(sample.labels);
    if (series === this.#known) {
      this.#known++;
      this.#work.hold(LABELS_SIZE);
    }
    this.#store.add(series, sample.value);
  }

  async columns(): Promise<readonly Column[]> {
    const arena = new Arena(this.windows.steps);
    const columns: Column[] = [];
    for (const [series, labels] of this.#series.labels.entries()) {
      const slot = arena.peek();
      const found = this.#store.windows(series, slot.values, slot.present);
      if (this.#work.due(this.windows.steps * 4)) await this.#work.pause();
      if (found === 0) continue;
      arena.commit();
      this.#work.hold(this.windows.steps);
      columns.push({ labels, dropName: false, ...slot });
    }
    return columns;
  }
}

function storeFor(node: RangeAggregation, windows: RangeWindows, work: LogWork): SeriesStore {
  if (node.func === 'quantile_over_time') return new KeptSeries({ windows, work, quantile: node.param ?? Number.NaN });
  const folding: FoldingName = node.func === 'rate' && node.over.unwrap !== undefined ? 'rateOfValues' : node.func;
  const buckets = bucketsOf(windows);
  const fine = buckets.count > windows.steps * MAX_BUCKETS_A_STEP + MANY_BUCKETS;
  return fine ? new KeptSeries({ windows, work, folding }) : new FoldedSeries({ windows, buckets, work, folding });
}
