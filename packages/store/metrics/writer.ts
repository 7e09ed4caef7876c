import type { Clock, Instruments, Logger, SampleBatch, SampleSink } from '@petrel/model';
import { type BlockInserter, RetryingInserter } from '../group-commit/block-inserter.ts';
import { GroupCommit, type GroupCommitLimits } from '../group-commit/group-commit.ts';
import { Batch, memoryOf } from './batch.ts';
import { exemplarsBlock, histogramsBlock, metadataBlock, samplesBlock, seriesBlock } from './blocks.ts';
import { type DayBook, type DayMarks, rewrittenBlock } from './day-book.ts';
import type { MetricSeriesRegistry } from './registry.ts';

export type MetricTable = 'samples' | 'series' | 'histograms' | 'exemplars' | 'metadata' | 'rewritten';

export interface WriterLimits extends GroupCommitLimits {
  /** How long a failed insert is tried again before its senders are told. */
  readonly retryForMs: number;
}

export interface WriterOptions {
  readonly registry: MetricSeriesRegistry;
  readonly days: DayBook;
  readonly inserter: BlockInserter<MetricTable>;
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
  readonly #commit: GroupCommit<Batch>;
  readonly #inserter: RetryingInserter<MetricTable>;
  readonly #stored;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.registry = options.registry;
    const { instruments, limits, logger } = options;
    this.#stored = instruments.counter('petrel_store_samples_stored_total', 'Samples acknowledged by the store.');
    const refused = instruments.counter('petrel_store_writes_refused_total', 'Writes refused.', ['code']);
    const retries = instruments.counter('petrel_store_insert_retries_total', 'Inserts tried again after a failure.');
    const duration = instruments.histogram(
      'petrel_store_insert_duration_seconds',
      'From closing a batch to its commit.',
    );
    this.#commit = new GroupCommit({
      things: 'samples',
      limits,
      logger,
      open: () => new Batch(),
      store: (batch, earlier) => this.#storeBatch(batch, earlier),
      onFailed: () => options.onFailed?.(),
      onRefused: (error) => refused.add(1, error.code),
      onSettled: (seconds) => duration.observe(seconds),
    });
    this.#inserter = new RetryingInserter({
      inserter: options.inserter,
      retryForMs: limits.retryForMs,
      isStopped: () => this.#commit.stopped,
      onRetry: () => retries.add(1),
    });
    instruments.observableGauge(
      'petrel_store_in_flight_bytes',
      'Memory of samples accepted and not yet stored.',
      () => this.#commit.inFlightBytes,
    );
  }

  async write(batch: SampleBatch): Promise<void> {
    return this.#commit.write(memoryOf(batch), (open) => {
      this.registry.touch(batch.refs, batch.length);
      open.add(batch);
    });
  }

  /** Writes a portion of the next day's series rows (see `DayBook.ahead`); to be called once a minute. Returns how many. */
  async storeAhead(): Promise<number> {
    const { registry, days, clock, onSeriesStored } = this.#options;
    const rows = days.ahead(clock.nowMs());
    const { newRefs, newDays } = rows;
    if (newRefs.length === 0 || this.#commit.stopped) return 0;
    await this.#inserter.insert('series', seriesBlock(registry, newRefs, newDays));
    onSeriesStored?.(newRefs, newDays);
    days.stored(rows);
    return newRefs.length;
  }

  /** Stores what is waiting now; resolves when nothing is on its way. */
  flush(): Promise<void> {
    return this.#commit.flush();
  }

  stop(): Promise<void> {
    return this.#commit.stop();
  }

  async #storeBatch(batch: Batch, earlier: readonly Promise<void>[]): Promise<void> {
    const { days } = this.#options;
    const marks = days.examine(batch);
    // A row that replaces another must come after it: wait for what is under way.
    if (marks.late) await Promise.allSettled(earlier);
    await this.#store(batch, marks);
    days.stored(marks);
    this.#stored.add(batch.rows + batch.histograms.length);
    this.#options.onStored?.(batch);
  }

  async #store(batch: Batch, { newRefs, newDays, rewritten }: DayMarks): Promise<void> {
    const { registry, days, clock, onSeriesStored } = this.#options;
    // Before the samples: a crash in between leaves a mark too many, never one too few.
    if (rewritten.length > 0) {
      await this.#inserter.insert('rewritten', rewrittenBlock(rewritten));
      days.mark(rewritten);
    }
    const inserts: Promise<void>[] = [];
    if (newRefs.length > 0) {
      inserts.push(
        this.#inserter
          .insert('series', seriesBlock(registry, newRefs, newDays))
          .then(() => onSeriesStored?.(newRefs, newDays)),
      );
    }
    if (batch.rows > 0) inserts.push(this.#inserter.insert('samples', samplesBlock(registry, batch)));
    if (batch.histograms.length > 0)
      inserts.push(this.#inserter.insert('histograms', histogramsBlock(registry, batch)));
    if (batch.exemplars.length > 0) inserts.push(this.#inserter.insert('exemplars', exemplarsBlock(registry, batch)));
    if (batch.metadata.length > 0) inserts.push(this.#inserter.insert('metadata', metadataBlock(batch, clock.nowMs())));
    const results = await Promise.allSettled(inserts);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
