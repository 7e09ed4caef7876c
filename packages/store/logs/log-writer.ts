import type { Instruments, LogBatch, Logger, LogSink } from '@petrel/model';
import { type BlockInserter, type InsertBlock, RetryingInserter } from '../group-commit/block-inserter.ts';
import { GroupCommit, type GroupCommitLimits } from '../group-commit/group-commit.ts';
import { fixedColumn, lowCardinalityColumn, mapColumn } from '../native/encode.ts';
import { memoryOf, PendingLines } from './pending-lines.ts';
import type { StreamBook, StreamDay } from './stream-book.ts';

export type LogTable = 'logs' | 'log_streams';

export interface LogWriterLimits extends GroupCommitLimits {
  /** How long a failed insert is tried again before its senders are told. */
  readonly retryForMs: number;
}

export interface LogWriterOptions {
  readonly book: StreamBook;
  readonly inserter: BlockInserter<LogTable>;
  readonly limits: LogWriterLimits;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Runs when rows that name streams are stored, before their lines are. */
  readonly onStreamsStored?: (rows: readonly StreamDay[]) => void;
}

/** Group commit for lines: the rows that name new streams are stored first, then the lines, then the senders hear of it. */
export class LogWriter implements LogSink {
  readonly #options: LogWriterOptions;
  readonly #commit: GroupCommit<PendingLines>;
  readonly #inserter: RetryingInserter<LogTable>;
  readonly #stored;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    const { instruments, limits, logger, book } = options;
    this.#stored = instruments.counter('petrel_store_log_lines_stored_total', 'Log lines acknowledged by the store.');
    const refused = instruments.counter('petrel_store_log_writes_refused_total', 'Writes of log lines refused.', [
      'code',
    ]);
    const retries = instruments.counter(
      'petrel_store_log_insert_retries_total',
      'Inserts of log lines tried again after a failure.',
    );
    const duration = instruments.histogram(
      'petrel_store_log_insert_duration_seconds',
      'From closing a batch of log lines to its commit.',
    );
    this.#commit = new GroupCommit({
      things: 'log lines',
      limits,
      logger,
      open: () => new PendingLines(book),
      store: (batch) => this.#store(batch),
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
      'petrel_store_log_in_flight_bytes',
      'Memory of log lines accepted and not yet stored.',
      () => this.#commit.inFlightBytes,
    );
  }

  async write(batch: LogBatch): Promise<void> {
    if (batch.length === 0) return;
    return this.#commit.write(memoryOf(batch), (open) => open.add(batch));
  }

  /** Stores what is waiting now; resolves when nothing is on its way. */
  flush(): Promise<void> {
    return this.#commit.flush();
  }

  stop(): Promise<void> {
    return this.#commit.stop();
  }

  async #store(batch: PendingLines): Promise<void> {
    const { book, onStreamsStored } = this.#options;
    const rows = batch.newStreamDays;
    // First and alone: a crash in between leaves a stream without lines, never lines that no selector finds.
    if (rows.length > 0) {
      await this.#inserter.insert('log_streams', streamsBlock(rows));
      book.stored(rows);
      onStreamsStored?.(rows);
    }
    await this.#inserter.insert('logs', batch.block());
    this.#stored.add(batch.rows);
  }
}

const utf8 = new TextEncoder();

function streamsBlock(rows: readonly StreamDay[]): InsertBlock {
  const services = [...new Set(rows.map(({ stream }) => stream.service))];
  const placeOf = new Map(services.map((service, i) => [service, i]));
  const names = new Map<string, number>();
  const keys: number[] = [];
  const values: Uint8Array[] = [];
  const ids = new Uint32Array(2 * rows.length);
  const ends = new Float64Array(rows.length);
  rows.forEach(({ stream }, i) => {
    ids[2 * i] = stream.low;
    ids[2 * i + 1] = stream.high;
    for (const [name, value] of stream.labels) {
      if (!names.has(name)) names.set(name, names.size);
      keys.push(names.get(name) as number);
      values.push(utf8.encode(value));
    }
    ends[i] = keys.length;
  });
  return {
    rows: rows.length,
    columns: [
      fixedColumn(
        'day',
        'Date',
        Uint16Array.from(rows, ({ day }) => day),
      ),
      lowCardinalityColumn(
        'service',
        services,
        Uint32Array.from(rows, ({ stream }) => placeOf.get(stream.service) as number),
        rows.length,
      ),
      fixedColumn('stream', 'UInt64', ids),
      mapColumn('labels', ends, rows.length, [...names.keys()], Uint32Array.from(keys), values),
    ],
  };
}
