import { bytesOf } from '../native/encode.ts';

/** Strings as ClickHouse's Native format has them (length as a varint, then the bytes), one behind the other in memory that grows. */
export class TextPile {
  #bytes: Uint8Array;
  #used = 0;

  constructor(capacityBytes: number) {
    // Not cleared: it is written before it is read.
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  get usedBytes(): number {
    return this.#used;
  }

  /** Appends `bytes[start, end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#used + length + 5 > this.#bytes.length) this.#grow(length + 5);
    const target = this.#bytes;
    let at = this.#used;
    let rest = length;
    while (rest >= 0x80) {
      target[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    target[at++] = rest;
    // A view and a call into the runtime cost more than copying a short text here.
    if (length < 48) for (let i = 0; i < length; i++) target[at + i] = bytes[start + i] as number;
    else target.set(bytes.subarray(start, end), at);
    this.#used = at + length;
  }

  /** What was added; valid until more is. */
  take(): Uint8Array {
    return bytesOf(this.#bytes).subarray(0, this.#used);
  }

  #grow(more: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + more));
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
  }
}
