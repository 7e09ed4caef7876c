import type { AlertingChanges, AlertingStateStore, Logger, Timers } from '@petrel/model';
import { ChangeSet } from '../engine/change-set.ts';

const RETRY_MS = 1_000;
const NOTHING: AlertingChanges = new ChangeSet().toChanges();

export interface CommitLoopOptions {
  readonly store: AlertingStateStore;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly onCommitted: () => void;
  readonly onFailed: () => void;
}

/**
 * Makes changes durable, one transaction at a time; what comes meanwhile shares the next. A transaction that fails is tried again with what
 * has come since, every second, for ever: the engine's memory is right, the store has to catch up with it.
 */
export class CommitLoop {
  readonly #options: CommitLoopOptions;
  #waiting: AlertingChanges[] = [];
  #askers: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #running = false;
  #failed = false;
  #cancelRetry: (() => void) | undefined;

  constructor(options: CommitLoopOptions) {
    this.#options = options;
  }

  /** Resolves when the changes are durable; rejects when the attempt that holds them fails (they are kept and tried again). */
  async commit(changes: AlertingChanges): Promise<void> {
    this.#waiting.push(changes);
    const done = new Promise<void>((resolve, reject) => this.#askers.push({ resolve, reject }));
    if (!this.#running && !this.#failed) void this.#run();
    return done;
  }

  /**
   * Resolves when all that was given so far is durable; rejects as `commit` does. For who asks for nothing new: what he asks for may be known
   * and not yet kept.
   */
  async caughtUp(): Promise<void> {
    if (this.#running || this.#waiting.length > 0) await this.commit(NOTHING);
  }

  /** One last attempt with all that is left. */
  async stop(): Promise<void> {
    this.#cancelRetry?.();
    this.#failed = false;
    if (!this.#running && this.#waiting.length > 0) await this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0 && !this.#failed) {
      const changes = fold(this.#waiting);
      const askers = this.#askers;
      this.#waiting = [];
      this.#askers = [];
      try {
        if (!isEmpty(changes)) await this.#options.store.commit(changes);
        for (const { resolve } of askers) resolve();
        this.#options.onCommitted();
      } catch (error) {
        this.#waiting.unshift(changes);
        for (const { reject } of askers) reject(error);
        this.#options.onFailed();
        this.#options.logger.warn('the state of alerts could not be stored; it is tried again', {
          error: error instanceof Error ? error.message : String(error),
        });
        this.#failed = true;
        this.#cancelRetry = this.#options.timers.after(RETRY_MS, () => {
          this.#failed = false;
          if (!this.#running) void this.#run();
        });
      }
    }
    this.#running = false;
  }
}

export function isEmpty(changes: AlertingChanges): boolean {
  return Object.values(changes).every((list: readonly unknown[]) => list.length === 0);
}

function fold(all: readonly AlertingChanges[]): AlertingChanges {
  if (all.length === 1) return all[0] as AlertingChanges;
  const set = new ChangeSet();
  for (let i = all.length - 1; i >= 0; i--) set.addOlder(all[i] as AlertingChanges);
  return set.toChanges();
}
