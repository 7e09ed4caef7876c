import { PetrelError } from '@petrel/model';
import { abortError } from './work.ts';

/** Lets a number of queries run at a time; others wait in a bounded queue, first come, first served. */
export class QueryGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly maxConcurrent: number,
    private readonly maxQueued: number,
  ) {}

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** Resolves to the function that gives the place back. Rejects when the queue is full, or the signal aborts while waiting. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw abortError(signal);
    if (this.#running >= this.maxConcurrent) await this.#wait(signal);
    else this.#running++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place goes to the next in line, so the number that run stays as it is.
      if (next === undefined) this.#running--;
      else next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.maxQueued) {
      throw new PetrelError('QUERY_QUEUE_FULL', 'too many queries are waiting for their turn', { retryAfterMs: 1000 });
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', give);
        resolve();
      };
      const give = () => {
        const at = this.#waiting.indexOf(start);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(abortError(signal));
      };
      this.#waiting.push(start);
      signal.addEventListener('abort', give, { once: true });
    });
  }
}
