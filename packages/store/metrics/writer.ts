import {
  type Clock,
  type Instruments,
  type Logger,
  PetrelError,
  type SampleBatch,
  type SampleSink,
} from '@petrel/model';
import { isTransient } from '../clickhouse/errors.ts';
import { Batch, memoryOf } from './batch.ts';
import {
  exemplarsBlock,
  histogramsBlock,
  type InsertBlock,
  metadataBlock,
  samplesBlock,
  seriesBlock,
} from './blocks.ts';
import { type DayBook, type DayMarks, rewrittenBlock } from './day-book.ts';
import type { MetricSeriesRegistry } from './registry.ts';

export type MetricTable = 'samples' | 'series' | 'histograms' | 'exemplars' | 'metadata' | 'rewritten';

/** Where blocks go; resolves when the table has them, rejects with a PetrelError. */
export interface BlockInserter {
  insert(table: MetricTable, block: InsertBlock, token: string): Promise<void>;
}

export interface WriterLimits {
  /** How long a batch waits for company. */
  readonly batchMs: number;
  readonly batchRows: number;
  /** Batches being inserted at once. */
  readonly pipelined: number;
  /** Accepted and not yet stored; beyond it senders are told to come back. */
  readonly inFlightBytes: number;
  /** How long a failed insert is tried again before its senders are told. */
  readonly retryForMs: number;
}

export interface WriterOptions {
  readonly registry: MetricSeriesRegistry;
  readonly days: DayBook;
  readonly inserter: BlockInserter;
  readonly limits: WriterLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Runs when a batch is stored, before its senders hear of it. */
  readonly onStored?: (batch: Batch) => void;
  /** Runs when a batch was given up; some of it may be in the database all the same. */
  readonly onFailed?: () => void;
  /** Runs when the rows that name new series are stored. */
  readonly onSeriesStored?: (refs: Uint32Array, days: Uint16Array) => void;
}

/** Group commit: concurrent writes share one insert, and each resolves when ClickHouse has it. */
export class MetricWriter implements SampleSink {
  readonly registry: MetricSeriesRegistry;
  readonly #options: WriterOptions;
  readonly #running = new Set<Promise<void>>();
  #open: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The open batch has waited long enough. */
  #ripe = false;
  #waiting: Batch[] = [];
  #inFlightBytes = 0;
  #stopped = false;
  #sequence = 0;
  readonly #stored;
  readonly #refused;
  readonly #retries;
  readonly #duration;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.registry = options.registry;
    const { instruments } = options;
    this.#stored = instruments.counter('petrel_store_samples_stored_total', 'Samples acknowledged by the store.');
    this.#refused = instruments.counter('petrel_store_writes_refused_total', 'Writes refused.', ['code']);
    this.#retries = instruments.counter('petrel_store_insert_retries_total', 'Inserts tried again after a failure.');
    this.#duration = instruments.histogram(
      'petrel_store_insert_duration_seconds',
      'From closing a batch to its commit.',
    );
    instruments.observableGauge(
      'petrel_store_in_flight_bytes',
      'Memory of samples accepted and not yet stored.',
      () => this.#inFlightBytes,
    );
  }

  async write(batch: SampleBatch): Promise<void> {
    const { limits } = this.#options;
    const bytes = memoryOf(batch);
    if (this.#stopped) throw this.#refuse(new PetrelError('STORE_UNAVAILABLE', 'the metric store is stopping'));
    if (this.#inFlightBytes > 0 && this.#inFlightBytes + bytes > limits.inFlightBytes) {
      throw this.#refuse(
        new PetrelError('STORE_OVERLOADED', 'too many samples wait for the metric store', { retryAfterMs: 1_000 }),
      );
    }
    this.#inFlightBytes += bytes;
    this.registry.touch(batch.refs, batch.length);
    this.#open ??= new Batch();
    const done = this.#open.add(batch, bytes);
    if (this.#open.rows >= limits.batchRows) this.#close();
    else this.#timer ??= setTimeout(() => this.#ripen(), limits.batchMs);
    return done;
  }

  /** Writes a portion of the next day's series rows (see `DayBook.ahead`); to be called once a minute. Returns how many. */
  async storeAhead(): Promise<number> {
    const { registry, days, clock, onSeriesStored } = this.#options;
    const rows = days.ahead(clock.nowMs());
    const { newRefs, newDays } = rows;
    if (newRefs.length === 0 || this.#stopped) return 0;
    await this.#insert('series', seriesBlock(registry, newRefs, newDays));
    onSeriesStored?.(newRefs, newDays);
    days.stored(rows);
    return newRefs.length;
  }

  /** Stores what is waiting now; resolves when nothing is on its way. */
  async flush(): Promise<void> {
    this.#close();
    while (this.#running.size > 0 || this.#waiting.length > 0) await Promise.allSettled([...this.#running]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.flush();
  }

  #refuse(error: PetrelError): PetrelError {
    this.#refused.add(1, error.code);
    return error;
  }

  /** An insert costs much whatever it carries, so while one is under way the next batch goes on gathering. */
  #ripen(): void {
    if (this.#running.size === 0) this.#close();
    else this.#ripe = true;
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ripe = false;
    if (this.#open !== undefined) this.#waiting.push(this.#open);
    this.#open = undefined;
    this.#pump();
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#running.size < this.#options.limits.pipelined) {
      const batch = this.#waiting.shift() as Batch;
      const run = this.#commit(batch).finally(() => {
        this.#running.delete(run);
        this.#inFlightBytes -= batch.bytes;
        if (this.#ripe) this.#close();
        else this.#pump();
      });
      this.#running.add(run);
    }
  }

  async #commit(batch: Batch): Promise<void> {
    const startMs = performance.now();
    const earlier = [...this.#running];
    try {
      const { days } = this.#options;
      const marks = days.examine(batch);
      // A row that replaces another must come after it: wait for what is under way.
      if (marks.late) await Promise.allSettled(earlier);
      await this.#store(batch, marks);
      days.stored(marks);
      this.#stored.add(batch.rows + batch.histograms.length);
      this.#options.onStored?.(batch);
      for (const { resolve } of batch.waiters) resolve();
    } catch (error) {
      this.#options.onFailed?.();
      const refused =
        error instanceof PetrelError ? error : new PetrelError('INTERNAL', String(error), { cause: error });
      this.#options.logger.error('a batch of samples was not stored', {
        code: refused.code,
        rows: batch.rows,
        error: refused.message,
      });
      for (const { reject } of batch.waiters) reject(this.#refuse(refused));
    } finally {
      this.#duration.observe((performance.now() - startMs) / 1000);
    }
  }

  async #store(batch: Batch, { newRefs, newDays, rewritten }: DayMarks): Promise<void> {
    const { registry, days, clock, onSeriesStored } = this.#options;
    // Before the samples: a crash in between leaves a mark too many, never one too few.
    if (rewritten.length > 0) {
      await this.#insert('rewritten', rewrittenBlock(rewritten));
      days.mark(rewritten);
    }
    const inserts: Promise<void>[] = [];
    if (newRefs.length > 0) {
      inserts.push(
        this.#insert('series', seriesBlock(registry, newRefs, newDays)).then(() => onSeriesStored?.(newRefs, newDays)),
      );
    }
    if (batch.rows > 0) inserts.push(this.#insert('samples', samplesBlock(registry, batch)));
    if (batch.histograms.length > 0) inserts.push(this.#insert('histograms', histogramsBlock(registry, batch)));
    if (batch.exemplars.length > 0) inserts.push(this.#insert('exemplars', exemplarsBlock(registry, batch)));
    if (batch.metadata.length > 0) inserts.push(this.#insert('metadata', metadataBlock(batch, clock.nowMs())));
    const results = await Promise.allSettled(inserts);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #insert(table: MetricTable, block: InsertBlock): Promise<void> {
    const { inserter, limits } = this.#options;
    const token = `${process.pid}-${startedAt}-${this.#sequence++}`;
    const deadline = performance.now() + limits.retryForMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        return await inserter.insert(table, block, token);
      } catch (error) {
        if (!isTransient(error) || this.#stopped || performance.now() + pauseMs > deadline) throw error;
        this.#retries.add(1);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}

const startedAt = process.hrtime.bigint().toString(36);
