import { type Logger, PetrelError } from '@petrel/model';

/** What one insert will carry; the owner fills it. */
export interface Gathering {
  readonly rows: number;
}

export interface GroupCommitLimits {
  /** How long a batch waits for company. */
  readonly batchMs: number;
  /** A batch closes at this size. */
  readonly batchRows: number;
  /** A batch that is worth an insert, of so many rows, waits no longer than `calmMs` after the last that came. Absent: it waits for `batchMs`. */
  readonly calm?: { readonly rows: number; readonly calmMs: number };
  /** A batch closes when it takes so much memory; absent: never. */
  readonly batchBytes?: number;
  /** Batches being stored at once. */
  readonly pipelined: number;
  /** Accepted and not yet stored; beyond it senders are told to come back. */
  readonly inFlightBytes: number;
}

export interface GroupCommitOptions<B extends Gathering> {
  /** What is gathered, in the plural, for messages: `samples`. */
  readonly things: string;
  readonly limits: GroupCommitLimits;
  readonly logger: Logger;
  open(): B;
  /** Makes a batch durable. `earlier` are the batches that are being stored already. */
  store(batch: B, earlier: readonly Promise<void>[]): Promise<void>;
  /** Runs when a batch was given up; some of it may be in the database all the same. */
  onFailed?(): void;
  /** Each write that is turned away, for counting. */
  onRefused?(error: PetrelError): void;
  /** From closing a batch to its end, whether it was stored or not. */
  onSettled?(seconds: number): void;
}

interface OpenBatch<B> {
  readonly content: B;
  readonly openedMs: number;
  bytes: number;
  readonly waiters: { resolve(): void; reject(error: unknown): void }[];
}

/** Concurrent writes share one insert, and each resolves when the database has it. What is accepted and not yet stored is bounded. */
export class GroupCommit<B extends Gathering> {
  readonly #options: GroupCommitOptions<B>;
  readonly #running = new Set<Promise<void>>();
  #open: OpenBatch<B> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The open batch has waited long enough. */
  #ripe = false;
  #waiting: OpenBatch<B>[] = [];
  #inFlightBytes = 0;
  #stopped = false;

  constructor(options: GroupCommitOptions<B>) {
    this.#options = options;
  }

  /** Memory of what was accepted and is not yet stored. */
  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * `fill` adds to the open batch, at once or not at all; `bytes` is the memory that this takes until it is stored. Rejects with `STORE_UNAVAILABLE`,
   * `STORE_OVERLOADED` or what `store` rejected with.
   */
  async write(bytes: number, fill: (batch: B) => void): Promise<void> {
    const { limits, things } = this.#options;
    if (this.#stopped) throw this.#refuse(new PetrelError('STORE_UNAVAILABLE', `the store of ${things} is stopping`));
    if (this.#inFlightBytes > 0 && this.#inFlightBytes + bytes > limits.inFlightBytes) {
      throw this.#refuse(
        new PetrelError('STORE_OVERLOADED', `too many ${things} wait for the store`, { retryAfterMs: 1_000 }),
      );
    }
    this.#open ??= { content: this.#options.open(), openedMs: performance.now(), bytes: 0, waiters: [] };
    const batch = this.#open;
    fill(batch.content);
    this.#inFlightBytes += bytes;
    batch.bytes += bytes;
    const done = new Promise<void>((resolve, reject) => batch.waiters.push({ resolve, reject }));
    const isFull =
      batch.content.rows >= limits.batchRows || (limits.batchBytes !== undefined && batch.bytes >= limits.batchBytes);
    if (isFull) this.#close();
    else this.#wait(batch);
    return done;
  }

  /** Stores what is waiting now; resolves when nothing is on its way. */
  async flush(): Promise<void> {
    this.#close();
    while (this.#running.size > 0 || this.#waiting.length > 0) await Promise.allSettled([...this.#running]);
  }

  /** Takes no more, and stores what it has. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.flush();
  }

  #wait({ content, openedMs }: OpenBatch<B>): void {
    const { batchMs, calm } = this.#options.limits;
    if (calm === undefined || content.rows < calm.rows) {
      this.#timer ??= setTimeout(() => this.#ripen(), batchMs);
      return;
    }
    clearTimeout(this.#timer);
    const leftMs = Math.max(0, openedMs + batchMs - performance.now());
    this.#timer = setTimeout(() => this.#ripen(), Math.min(calm.calmMs, leftMs));
  }

  #refuse(error: PetrelError): PetrelError {
    this.#options.onRefused?.(error);
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
      const batch = this.#waiting.shift() as OpenBatch<B>;
      const run = this.#commit(batch).finally(() => {
        this.#running.delete(run);
        this.#inFlightBytes -= batch.bytes;
        if (this.#ripe) this.#close();
        else this.#pump();
      });
      this.#running.add(run);
    }
  }

  async #commit({ content, waiters }: OpenBatch<B>): Promise<void> {
    const startMs = performance.now();
    const { logger, things } = this.#options;
    try {
      await this.#options.store(content, [...this.#running]);
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      this.#options.onFailed?.();
      const refused =
        error instanceof PetrelError ? error : new PetrelError('INTERNAL', String(error), { cause: error });
      logger.error(`a batch of ${things} was not stored`, {
        code: refused.code,
        rows: content.rows,
        error: refused.message,
      });
      for (const { reject } of waiters) reject(this.#refuse(refused));
    } finally {
      this.#options.onSettled?.((performance.now() - startMs) / 1000);
    }
  }
}
