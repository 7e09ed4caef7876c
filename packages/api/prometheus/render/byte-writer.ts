/**
 * A growing run of bytes. `take` hands the written bytes over and starts anew; the handed buffer is never touched again.
 */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(private readonly chunkBytes = 64 * 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(chunkBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Room for at least `bytes` more; then write through `buffer` from `length` on and say how far with `advance`. */
  reserve(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    return this.#buffer;
  }

  advance(to: number): void {
    this.#length = to;
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    const buffer = this.reserve(text.length * 3);
    this.#length += buffer.write(text, this.#length, 'utf8');
  }

  bytes(bytes: Uint8Array): void {
    const buffer = this.reserve(bytes.length);
    buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  take(): Buffer {
    const out = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafeSlow(this.chunkBytes);
    this.#length = 0;
    return out;
  }
}
