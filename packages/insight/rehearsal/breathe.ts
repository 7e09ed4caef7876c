import { PetrelError } from '@petrel/model';

/** How long computing may hold the event loop: requests beside a rehearsal should not notice it. */
const SLICE_MS = 20;

/** Lets other work of the process have its turn while something long is computed, and ends it when nobody wants it any more. */
export class Breath {
  #sinceMs = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  /** Cheap to call often. Rejects with QUERY_CANCELED once the signal is aborted. */
  async take(): Promise<void> {
    if (performance.now() - this.#sinceMs >= SLICE_MS) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#sinceMs = performance.now();
    }
    this.check();
  }

  /** Throws QUERY_CANCELED once the signal is aborted. */
  check(): void {
    if (this.signal?.aborted === true) throw new PetrelError('QUERY_CANCELED', 'the rehearsal was canceled');
  }
}
