const encoder = new TextEncoder();
const TWO_32 = 2 ** 32;

/**
 * Appends protobuf fields to one growing buffer. A nested message is written between `open(field)` and `close(mark)`; its length is put in
 * afterwards. Zero values are written when asked for: leaving out defaults is the caller's matter.
 */
export class ProtoWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #pos = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#pos;
  }

  /** What was written, as a view; the writer may be used on, the view then goes stale. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#pos);
  }

  uint32(field: number, value: number): void {
    this.#reserve(16);
    this.#varint32(field * 8);
    this.#varint32(value >>> 0);
  }

  /** Whole numbers up to 2^53 in size, either sign. */
  int64(field: number, value: number): void {
    this.#reserve(16);
    this.#varint32(field * 8);
    this.#varint64(value);
  }

  sint64(field: number, value: number): void {
    this.#reserve(16);
    this.#varint32(field * 8);
    this.#varint64(value < 0 ? -value * 2 - 1 : value * 2);
  }

  sint32(field: number, value: number): void {
    this.uint32(field, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  double(field: number, value: number): void {
    this.#reserve(16);
    this.#varint32(field * 8 + 1);
    this.#view.setFloat64(this.#pos, value, true);
    this.#pos += 8;
  }

  /** A double by its words, for staleness markers. */
  doubleWords(field: number, low: number, high: number): void {
    this.#reserve(16);
    this.#varint32(field * 8 + 1);
    this.#view.setUint32(this.#pos, low, true);
    this.#view.setUint32(this.#pos + 4, high, true);
    this.#pos += 8;
  }

  fixed64(field: number, value: number): void {
    this.doubleWordsOf(field, value);
  }

  string(field: number, text: string): void {
    this.#reserve(16 + text.length * 3);
    this.#varint32(field * 8 + 2);
    let ascii = text.length < 64;
    const mark = this.#pos;
    if (ascii) {
      this.#bytes[this.#pos++] = text.length;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) {
          ascii = false;
          break;
        }
        this.#bytes[this.#pos++] = code;
      }
      if (ascii) return;
      this.#pos = mark;
    }
    const bytes = encoder.encode(text);
    this.#varint32(bytes.length);
    this.#bytes.set(bytes, this.#pos);
    this.#pos += bytes.length;
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#reserve(16 + bytes.length);
    this.#varint32(field * 8 + 2);
    this.#varint32(bytes.length);
    this.#bytes.set(bytes, this.#pos);
    this.#pos += bytes.length;
  }

  /** Starts a nested message; give the returned mark to `close`. */
  open(field: number): number {
    this.#reserve(16);
    this.#varint32(field * 8 + 2);
    this.#pos++;
    return this.#pos;
  }

  close(mark: number): void {
    const length = this.#pos - mark;
    let size = 1;
    for (let rest = length; rest >= 0x80; rest >>>= 7) size++;
    if (size > 1) {
      this.#reserve(size);
      this.#bytes.copyWithin(mark + size - 1, mark, this.#pos);
    }
    this.#pos = mark - 1;
    this.#varint32(length);
    this.#pos += length;
  }

  /** Packed varints; `write` is one of 'uint32' | 'sint64' for the element's coding. */
  packed(
    field: number,
    values: readonly number[],
    coding: 'uint32' | 'uint64' | 'sint64' | 'double' | 'fixed64',
  ): void {
    if (values.length === 0) return;
    const mark = this.open(field);
    this.#reserve(values.length * 10);
    for (const value of values) {
      if (coding === 'uint32') this.#varint32(value >>> 0);
      else if (coding === 'uint64') this.#varint64(value);
      else if (coding === 'sint64') this.#varint64(value < 0 ? -value * 2 - 1 : value * 2);
      else {
        if (coding === 'double') this.#view.setFloat64(this.#pos, value, true);
        else this.#putFixed64(value);
        this.#pos += 8;
      }
    }
    this.close(mark);
  }

  private doubleWordsOf(field: number, value: number): void {
    this.#reserve(16);
    this.#varint32(field * 8 + 1);
    this.#putFixed64(value);
    this.#pos += 8;
  }

  #putFixed64(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.#view.setUint32(this.#pos, (value - high * TWO_32) >>> 0, true);
    this.#view.setUint32(this.#pos + 4, high >>> 0, true);
  }

  #varint32(value: number): void {
    while (value >= 0x80) {
      this.#bytes[this.#pos++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.#bytes[this.#pos++] = value;
  }

  #varint64(value: number): void {
    let high = Math.floor(value / TWO_32);
    let low = (value - high * TWO_32) >>> 0;
    high >>>= 0;
    while (high > 0 || low >= 0x80) {
      this.#bytes[this.#pos++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#pos++] = low;
  }

  #reserve(size: number): void {
    const needed = this.#pos + size;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#pos));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
