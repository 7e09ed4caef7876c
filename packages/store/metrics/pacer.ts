// Well under what a waiting request would notice.
const SLICE_MS = 8;

/** Cuts long work into slices, between which the event loop serves others: `if (pacer.isDue) await pacer.pause()`. */
export class Pacer {
  #sinceMs = performance.now();

  get isDue(): boolean {
    return performance.now() - this.#sinceMs > SLICE_MS;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#sinceMs = performance.now();
  }
}
