/** Bytes that arrive in chunks of any size, read as if they were one. Ends with `done`; a short read throws. */
export class ByteSource {
  buffer: Uint8Array = new Uint8Array(0);
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  get available(): number {
    return this.buffer.length - this.position;
  }

  /** True when nothing is left. */
  async done(): Promise<boolean> {
    while (this.available === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return true;
      this.buffer = value;
      this.position = 0;
    }
    return false;
  }

  /** Makes `n` bytes stand contiguous from `position` on. */
  async ensure(n: number): Promise<void> {
    if (this.available >= n) return;
    const pieces = [this.buffer.subarray(this.position)];
    let have = this.available;
    while (have < n) {
      const { done, value } = await this.#chunks.next();
      if (done === true) throw new RangeError(`the stream ended ${n - have} bytes early`);
      pieces.push(value);
      have += value.length;
    }
    const joined = new Uint8Array(have);
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.buffer = joined;
    this.position = 0;
  }

  /** Fills `target` without an intermediate copy. */
  async readInto(target: Uint8Array): Promise<void> {
    let at = 0;
    while (at < target.length) {
      if (this.available === 0 && (await this.done())) {
        throw new RangeError(`the stream ended ${target.length - at} bytes early`);
      }
      const n = Math.min(this.available, target.length - at);
      target.set(this.buffer.subarray(this.position, this.position + n), at);
      this.position += n;
      at += n;
    }
  }

  async varint(): Promise<number> {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 9; i++) {
      if (this.available === 0) await this.ensure(1);
      const byte = this.buffer[this.position++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError('a length is longer than 63 bits');
  }

  async uint64(): Promise<number> {
    await this.ensure(8);
    const view = new DataView(this.buffer.buffer, this.buffer.byteOffset + this.position, 8);
    this.position += 8;
    return view.getUint32(0, true) + view.getUint32(4, true) * 4294967296;
  }
}
