/**
 * 64-bit hash → reference, open addressing over typed arrays: 12 bytes a slot, at most two thirds full. Hashes are not
 * looked into: equal hash means equal key.
 */
export class HashIndex {
  #high: Uint32Array;
  #low: Uint32Array;
  /** Reference + 1; 0 is an empty slot. */
  #refs: Uint32Array;
  #count = 0;

  constructor(slots = 4096) {
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#refs = new Uint32Array(slots);
  }

  get size(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#refs.length * 12;
  }

  /** The reference, or -1. */
  get(high: number, low: number): number {
    const mask = this.#refs.length - 1;
    for (let slot = (low ^ (high << 7)) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#refs[slot] as number;
      if (held === 0) return -1;
      if (this.#low[slot] === low && this.#high[slot] === high) return held - 1;
    }
  }

  /** The key must be absent. */
  add(high: number, low: number, ref: number): void {
    if ((this.#count + 1) * 3 > this.#refs.length * 2) this.#rebuild(this.#refs.length * 2, () => true);
    this.#place(high, low, ref);
  }

  /** Drops every entry whose reference is not kept. */
  retain(keep: (ref: number) => boolean): void {
    let kept = 0;
    for (const held of this.#refs) if (held !== 0 && keep(held - 1)) kept++;
    let slots = 4096;
    while (kept * 2 > slots) slots *= 2;
    this.#rebuild(slots, keep);
  }

  #place(high: number, low: number, ref: number): void {
    const mask = this.#refs.length - 1;
    let slot = (low ^ (high << 7)) & mask;
    while (this.#refs[slot] !== 0) slot = (slot + 1) & mask;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#refs[slot] = ref + 1;
    this.#count++;
  }

  #rebuild(slots: number, keep: (ref: number) => boolean): void {
    const high = this.#high;
    const low = this.#low;
    const refs = this.#refs;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#refs = new Uint32Array(slots);
    this.#count = 0;
    for (let i = 0; i < refs.length; i++) {
      const held = refs[i] as number;
      if (held !== 0 && keep(held - 1)) this.#place(high[i] as number, low[i] as number, held - 1);
    }
  }
}
