import { type Counter, type Logger, PetrelError } from '@petrel/model';

export type StoreStatus = 'external' | 'starting' | 'ready' | 'restarting' | 'stopped';

/** A child that answers. */
export interface RunningStore {
  readonly pid: number;
  /** Resolves when the process is gone, with words on how it went. */
  readonly exited: Promise<string>;
  /** Flushes and ends; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly name: string;
  readonly logger: Logger;
  readonly restarts: Counter;
  /** Starts the process and resolves when it is ready to serve; leaves no process behind when it rejects. */
  start(): Promise<RunningStore>;
  onRestart(): void;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;
// After this long without a crash, the next one counts as the first.
const STEADY_MS = 60_000;

/** Keeps one store running: restarts what crashes, slower each time, until it is stopped. */
export class Supervisor {
  #status: StoreStatus = 'starting';
  #running: RunningStore | undefined;
  #stopping = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(private readonly options: SupervisorOptions) {}

  get status(): StoreStatus {
    return this.#status;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Resolves when the store serves. @throws what the first start throws */
  async start(): Promise<void> {
    try {
      this.#running = await this.options.start();
    } catch (error) {
      this.#status = 'stopped';
      if (error instanceof PetrelError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PetrelError('STORE_UNAVAILABLE', `The embedded ${this.options.name} does not start: ${reason}`, {
        cause: error,
      });
    }
    this.#status = 'ready';
    this.#loop = this.#keepRunning(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#running?.stop();
    await this.#loop;
    this.#status = 'stopped';
  }

  async #keepRunning(first: RunningStore): Promise<void> {
    const { name, logger } = this.options;
    let running = first;
    let backoffMs = FIRST_BACKOFF_MS;
    for (;;) {
      const readyAtMs = performance.now();
      const reason = await running.exited;
      this.#running = undefined;
      if (this.#stopping) return;
      this.#status = 'restarting';
      if (performance.now() - readyAtMs > STEADY_MS) backoffMs = FIRST_BACKOFF_MS;
      logger.error(`the embedded ${name} ended and is started again`, { reason, backoffMs });
      for (;;) {
        await this.#sleep(backoffMs);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
        if (this.#stopping) return;
        this.options.restarts.add(1, name);
        try {
          running = await this.options.start();
          break;
        } catch (error) {
          logger.error(`the embedded ${name} does not start`, {
            error: error instanceof Error ? error.message : String(error),
            backoffMs,
          });
        }
      }
      this.#running = running;
      // stop() may have come while it started and found nothing to stop.
      if (this.#stopping) {
        await running.stop();
        return;
      }
      this.#status = 'ready';
      logger.info(`the embedded ${name} is back`, { pid: running.pid });
      this.options.onRestart();
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
