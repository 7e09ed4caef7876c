/** What a cached series leads to instead of a reference: nothing, since relabelling dropped it. */
export const DROPPED = -1;
const EMPTY = -2;
const TOMBSTONE = -3;
const SMALLEST = 64;

/**
 * An open-addressing table from the 64-bit hash of a series' bytes to its reference, with the scrape that saw it last. No
 * object for each series: 16 bytes a slot.
 */
export class SeriesCache {
  #mask = SMALLEST - 1;
  #high = new Uint32Array(SMALLEST);
  #low = new Uint32Array(SMALLEST);
  #state = new Int32Array(SMALLEST).fill(EMPTY);
  #seen = new Uint32Array(SMALLEST);
  #live = 0;
  #used = 0;

  /** Live entries, dropped ones included. */
  get size(): number {
    return this.#live;
  }

  /** The slot of a hash, or -1. Slots stay valid until the next `insert` or `sweep`. */
  find(high: number, low: number): number {
    const mask = this.#mask;
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const state = this.#state[slot] as number;
      if (state === EMPTY) return -1;
      if (state !== TOMBSTONE && this.#low[slot] === low && this.#high[slot] === high) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The reference, or DROPPED. */
  refAt(slot: number): number {
    return this.#state[slot] as number;
  }

  setRef(slot: number, ref: number): void {
    this.#state[slot] = ref;
  }

  /** Notes the scrape and answers whether the same scrape had seen it already. */
  see(slot: number, iteration: number): boolean {
    if (this.#seen[slot] === iteration) return true;
    this.#seen[slot] = iteration;
    return false;
  }

  /** For a hash that `find` does not know. */
  insert(high: number, low: number, ref: number, iteration: number): void {
    if (2 * (this.#used + 1) > this.#mask + 1) this.#rebuild();
    this.#place(high, low, ref, iteration);
    this.#live++;
    this.#used++;
  }

  /** Forgets what the given scrape did not see. */
  sweep(iteration: number): void {
    for (let slot = 0; slot <= this.#mask; slot++) {
      if ((this.#state[slot] as number) >= DROPPED && this.#seen[slot] !== iteration) {
        this.#state[slot] = TOMBSTONE;
        this.#live--;
      }
    }
  }

  #place(high: number, low: number, ref: number, iteration: number): void {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & this.#mask;
    while (this.#state[slot] !== EMPTY) slot = (slot + 1) & this.#mask;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#state[slot] = ref;
    this.#seen[slot] = iteration;
  }

  #rebuild(): void {
    const high = this.#high;
    const low = this.#low;
    const state = this.#state;
    const seen = this.#seen;
    let size = SMALLEST;
    while (size < 4 * (this.#live + 1)) size *= 2;
    this.#mask = size - 1;
    this.#high = new Uint32Array(size);
    this.#low = new Uint32Array(size);
    this.#state = new Int32Array(size).fill(EMPTY);
    this.#seen = new Uint32Array(size);
    for (let slot = 0; slot < state.length; slot++) {
      const ref = state[slot] as number;
      if (ref >= DROPPED) this.#place(high[slot] as number, low[slot] as number, ref, seen[slot] as number);
    }
    this.#used = this.#live;
  }
}
