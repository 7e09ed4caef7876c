import { hash64 } from '@petrel/model';

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Strings interned as small integers, kept as UTF-8 in one arena: about 12 bytes and the text each, where a Map of strings
 * takes a hundred. Symbols are never removed one by one; the registry builds a new table when most have died.
 */
export class SymbolTable {
  #arena = new Uint8Array(4096);
  #used = 0;
  #offsets = new Uint32Array(1024);
  #count = 0;
  #slots = new Uint32Array(2048);
  #scratch = new Uint8Array(1024);
  readonly #hash = new Uint32Array(2);

  get size(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#arena.byteLength + this.#offsets.byteLength + this.#slots.byteLength;
  }

  intern(text: string): number {
    if (this.#scratch.length < text.length * 3) this.#scratch = new Uint8Array(text.length * 4);
    const { written } = utf8.encodeInto(text, this.#scratch);
    return this.internBytes(this.#scratch, 0, written);
  }

  internBytes(bytes: Uint8Array, start: number, end: number): number {
    hash64(bytes, start, end, this.#hash);
    const mask = this.#slots.length - 1;
    let slot = (this.#hash[1] as number) & mask;
    for (let held = this.#slots[slot] as number; held !== 0; held = this.#slots[slot] as number) {
      if (this.#equals(held - 1, bytes, start, end)) return held - 1;
      slot = (slot + 1) & mask;
    }
    const symbol = this.#append(bytes, start, end);
    this.#slots[slot] = symbol + 1;
    if (this.#count * 3 > this.#slots.length * 2) this.#growSlots();
    return symbol;
  }

  textOf(symbol: number): string {
    return decoder.decode(this.bytesOf(symbol));
  }

  /** A view that is valid until the next `intern`. */
  bytesOf(symbol: number): Uint8Array {
    return this.#arena.subarray(this.#offsets[symbol], this.#offsets[symbol + 1]);
  }

  #equals(symbol: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[symbol] as number;
    if ((this.#offsets[symbol + 1] as number) - from !== end - start) return false;
    for (let i = start, k = from; i < end; i++, k++) if (this.#arena[k] !== bytes[i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > this.#arena.length) {
      this.#arena = enlarge(this.#arena, new Uint8Array(Math.max(this.#used + length, this.#arena.length * 1.5)));
    }
    if (this.#count + 2 > this.#offsets.length) {
      this.#offsets = enlarge(this.#offsets, new Uint32Array(this.#offsets.length * 1.5));
    }
    this.#arena.set(bytes.subarray(start, end), this.#used);
    this.#used += length;
    this.#count++;
    this.#offsets[this.#count] = this.#used;
    return this.#count - 1;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let symbol = 0; symbol < this.#count; symbol++) {
      hash64(this.#arena, this.#offsets[symbol] as number, this.#offsets[symbol + 1] as number, this.#hash);
      let slot = (this.#hash[1] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = symbol + 1;
    }
    this.#slots = slots;
  }
}

export function enlarge<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
