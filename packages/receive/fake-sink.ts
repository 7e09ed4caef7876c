import { isStaleAt, Labels, type SampleBatch, type SampleSink, type SeriesRegistry, wordsOf } from '@petrel/model';

/** A stored row, for tests to look at. */
export interface StoredSample {
  readonly series: string;
  readonly tMs: number;
  readonly value: number | 'stale' | 'histogram';
}

/** A sink in memory, for tests: keeps every batch, fails on demand. */
export class FakeSink implements SampleSink {
  readonly registry: SeriesRegistry;
  readonly batches: SampleBatch[] = [];
  /** Thrown by the next writes, one each. */
  readonly failures: Error[] = [];
  readonly #labels: Labels[] = [];

  constructor() {
    const byHash = new Map<string, number>();
    const byKey = new Map<string, number>();
    this.registry = {
      find: (high, low) => byHash.get(`${high}:${low}`) ?? -1,
      register: (high, low, labels) => {
        let ref = byKey.get(labels.key);
        if (ref === undefined) {
          ref = this.#labels.push(labels) - 1;
          byKey.set(labels.key, ref);
        }
        byHash.set(`${high}:${low}`, ref);
        return ref;
      },
      labelsOf: (ref) => this.#labels[ref] as Labels,
    };
  }

  async write(batch: SampleBatch): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.batches.push(batch);
  }

  rowsOf(batch: SampleBatch): StoredSample[] {
    const words = wordsOf(batch.values);
    const rows: StoredSample[] = [];
    for (let i = 0; i < batch.length; i++) {
      rows.push({
        series: `${this.#labels[batch.refs[i] as number]}`,
        tMs: batch.timestampsMs[i] as number,
        value: isStaleAt(words, i) ? 'stale' : (batch.values[i] as number),
      });
    }
    for (const row of batch.histograms ?? []) {
      rows.push({
        series: `${this.#labels[row.ref]}`,
        tMs: row.tMs,
        value: row.stale === true ? 'stale' : 'histogram',
      });
    }
    return rows;
  }

  /** Every row so far, in the order of arrival. */
  get rows(): StoredSample[] {
    return this.batches.flatMap((batch) => this.rowsOf(batch));
  }

  /** The values of one batch by series. */
  valuesOf(batch: SampleBatch | undefined): Record<string, number | string> {
    return batch === undefined ? {} : Object.fromEntries(this.rowsOf(batch).map((row) => [row.series, row.value]));
  }

  labelsOf(ref: number): Labels {
    return this.#labels[ref] ?? Labels.EMPTY;
  }
}
