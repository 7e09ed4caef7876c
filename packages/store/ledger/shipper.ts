import { type Instruments, type Logger, PetrelError } from '@petrel/model';
import type { LedgerOutbox, OutboxEntry } from '../control/ledger-outbox.ts';

export interface ShipperOptions {
  readonly outbox: LedgerOutbox;
  /** Resolves when the table has the batch; taking one twice is harmless. */
  readonly insert: (batch: readonly OutboxEntry[]) => Promise<void>;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly batchRows: number;
  readonly intervalMs: number;
}

const MAX_PAUSE_MS = 30_000;
/** Commits share an insert, which costs the database ten milliseconds whatever it carries; nobody waits for it, since readers see the outbox too. */
const WAKE_MS = 250;
const STOP_MS = 5_000;

/**
 * Moves entries from the outbox to the table, one batch at a time, oldest first. A batch leaves the outbox after the table has acknowledged it; a crash in
 * between sends it again, and the table's key makes that one row.
 */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #shipped;
  readonly #failures;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #waiting = 0;
  /** After failures, until when nobody tries unasked. */
  #pauseMs = 0;
  #woken = false;
  #stopped = false;

  constructor(options: ShipperOptions) {
    this.#options = options;
    const { instruments } = options;
    this.#shipped = instruments.counter('petrel_ledger_entries_total', 'Decisions stored in the ledger.', ['kind']);
    this.#failures = instruments.counter('petrel_ledger_ship_failures_total', 'Times that moving decisions failed.');
    instruments.observableGauge(
      'petrel_ledger_outbox_entries',
      'Decisions that wait for their way to ClickHouse.',
      () => this.#waiting,
    );
  }

  start(): void {
    this.#schedule(0);
  }

  wake(): void {
    if (this.#pauseMs > 0) return;
    this.#woken = true;
    if (this.#running === undefined) this.#schedule(WAKE_MS);
  }

  /** What is in the outbox at the time of the call is in the table when this resolves. */
  async ship(): Promise<void> {
    // A run under way may have looked before the last commit.
    if (this.#running !== undefined) await this.#running.catch(() => {});
    await this.#run();
    if (this.#stopped) throw new PetrelError('STORE_UNAVAILABLE', 'the ledger store is stopping');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#running === undefined) return;
    // What a store that hangs has not acknowledged by then is sent again after the next start.
    const enough = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
    await Promise.race([this.#running.catch(() => {}), enough]);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    // Failures are counted and logged by the run itself.
    this.#timer = setTimeout(() => this.#run().catch(() => {}), delayMs);
    this.#timer.unref();
  }

  #run(): Promise<void> {
    this.#running ??= this.#moveAll().finally(() => {
      this.#running = undefined;
      const soon = this.#woken && this.#pauseMs === 0;
      this.#schedule(soon ? WAKE_MS : Math.max(this.#pauseMs, this.#options.intervalMs));
    });
    return this.#running;
  }

  async #moveAll(): Promise<void> {
    this.#woken = false;
    try {
      while (!this.#stopped && (await this.#moveBatch()));
      if (this.#pauseMs > 0) this.#options.logger.info('decisions reach the ledger again');
      this.#pauseMs = 0;
    } catch (error) {
      this.#failures.add(1);
      if (this.#pauseMs === 0) {
        this.#options.logger.warn('decisions do not reach the ledger; they are kept and tried again', {
          error: error instanceof Error ? error.message : String(error),
        });
      }
      this.#pauseMs = Math.min(MAX_PAUSE_MS, Math.max(this.#options.intervalMs, this.#pauseMs * 2));
      await this.#count();
      throw error;
    }
  }

  /** False when there was nothing to move. */
  async #moveBatch(): Promise<boolean> {
    const { outbox, insert, batchRows } = this.#options;
    const batch = await outbox.takeLedger(batchRows);
    if (batch.length === 0) {
      this.#waiting = 0;
      return false;
    }
    if (batch.length > this.#waiting) this.#waiting = batch.length;
    if (batch.length === batchRows && this.#waiting <= batchRows) await this.#count();
    await insert(batch);
    await outbox.dropLedger(batch.map(({ id }) => id));
    this.#waiting = Math.max(0, this.#waiting - batch.length);
    const byKind = new Map<string, number>();
    for (const { entry } of batch) byKind.set(entry.kind, (byKind.get(entry.kind) ?? 0) + 1);
    for (const [kind, count] of byKind) this.#shipped.add(count, kind);
    return true;
  }

  async #count(): Promise<void> {
    // A count that fails leaves the last one.
    this.#waiting = await this.#options.outbox.countLedger().catch(() => this.#waiting);
  }
}
