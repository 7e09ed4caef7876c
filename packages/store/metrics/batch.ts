import type { ExemplarRow, HistogramRow, MetricMetadata, SampleBatch } from '@petrel/model';

/** What one insert will carry: the rows of many `write` calls in growing columns. */
export class Batch {
  rows = 0;
  refs = new Uint32Array(1024);
  timestampsMs = new Float64Array(1024);
  values = new Float64Array(1024);
  /** Allocated when the first start timestamp comes. */
  startsMs: Float64Array | undefined;
  readonly histograms: HistogramRow[] = [];
  readonly exemplars: ExemplarRow[] = [];
  readonly metadata: MetricMetadata[] = [];

  add(batch: SampleBatch): void {
    const { length } = batch;
    this.#reserve(this.rows + length);
    // Same-typed `set` moves bytes, so the payload of a NaN survives.
    this.refs.set(batch.refs.subarray(0, length), this.rows);
    this.timestampsMs.set(batch.timestampsMs.subarray(0, length), this.rows);
    this.values.set(batch.values.subarray(0, length), this.rows);
    if (batch.startTimestampsMs !== undefined) {
      this.startsMs ??= new Float64Array(this.refs.length);
      this.startsMs.set(batch.startTimestampsMs.subarray(0, length), this.rows);
    }
    this.rows += length;
    for (const row of batch.histograms ?? []) this.histograms.push(row);
    for (const row of batch.exemplars ?? []) this.exemplars.push(row);
    for (const row of batch.metadata ?? []) this.metadata.push(row);
  }

  #reserve(rows: number): void {
    if (rows <= this.refs.length) return;
    const capacity = Math.max(rows, this.refs.length * 2);
    const grow = <T extends Uint32Array | Float64Array>(from: T, to: T): T => {
      to.set(from.subarray(0, this.rows));
      return to;
    };
    this.refs = grow(this.refs, new Uint32Array(capacity));
    this.timestampsMs = grow(this.timestampsMs, new Float64Array(capacity));
    this.values = grow(this.values, new Float64Array(capacity));
    if (this.startsMs !== undefined) this.startsMs = grow(this.startsMs, new Float64Array(capacity));
  }
}

/** What a batch will hold in memory until it is stored: its columns, and once more as a block. */
export function memoryOf(batch: SampleBatch): number {
  const perRow = batch.startTimestampsMs === undefined ? 64 : 80;
  return (
    batch.length * perRow +
    (batch.histograms?.length ?? 0) * 1024 +
    (batch.exemplars?.length ?? 0) * 512 +
    (batch.metadata?.length ?? 0) * 256
  );
}
