import type { TextColumn } from '@petrel/model';

const encoder = new TextEncoder();

/** Texts of many rows as they are written one after another. Grows by doubling. */
export class TextColumnBuilder implements TextColumn {
  bytes: Uint8Array;
  ends: Uint32Array;
  /** Closed rows. */
  length = 0;
  /** Bytes written; those of the open row among them. */
  size = 0;
  /** The end of the last row. */
  #end = 0;
  /** Some row may be no UTF-8 although all of them together are. */
  #split = false;

  constructor(rows: number, sizeBytes: number) {
    this.ends = new Uint32Array(Math.max(16, rows));
    this.bytes = new Uint8Array(Math.max(64, sizeBytes));
  }

  /** Appends bytes to the open row. */
  append(bytes: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (size <= 0) return;
    if (this.size + size > this.bytes.length) this.#reserve(size);
    // A call into the engine costs as much as copying a short text here.
    if (size > 48) this.bytes.set(bytes.subarray(from, to), this.size);
    else for (let i = from, at = this.size; i < to; i++) this.bytes[at++] = bytes[i] as number;
    this.size += size;
  }

  appendText(text: string): void {
    if (this.size + text.length * 3 > this.bytes.length) this.#reserve(text.length * 3);
    if (text.length <= 48 && this.#appendAscii(text)) return;
    this.size += encoder.encodeInto(text, this.bytes.subarray(this.size)).written;
  }

  /** Short texts are ASCII as a rule, and sooner copied here than by a call into the engine. */
  #appendAscii(text: string): boolean {
    let at = this.size;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c >= 0x80) return false;
      this.bytes[at++] = c;
    }
    this.size = at;
    return true;
  }

  /** ASCII in lower case. */
  appendLower(bytes: Uint8Array, from: number, to: number): void {
    if (this.size + to - from > this.bytes.length) this.#reserve(to - from);
    for (let i = from; i < to; i++) {
      const c = bytes[i] as number;
      this.bytes[this.size++] = c >= 0x41 && c <= 0x5a ? c + 0x20 : c;
    }
  }

  closeRow(): void {
    if (this.length === this.ends.length) this.ends = grown(this.ends, this.length * 2);
    if (this.size > this.#end && ((this.bytes[this.#end] as number) & 0xc0) === 0x80) this.#split = true;
    this.#end = this.size;
    this.ends[this.length++] = this.size;
  }

  /** Takes back the rows after the first `length`, and what the open one has. */
  truncate(length: number): void {
    this.length = length;
    this.#end = this.size = length === 0 ? 0 : (this.ends[length - 1] as number);
  }

  /** The column, with U+FFFD where a row was no UTF-8. */
  finish(isUtf8: (bytes: Uint8Array) => boolean): TextColumn {
    if (!this.#split && isUtf8(this.bytes.subarray(0, this.size))) return { bytes: this.bytes, ends: this.ends };
    return this.#repaired(isUtf8);
  }

  #repaired(isUtf8: (bytes: Uint8Array) => boolean): TextColumn {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const out = new TextColumnBuilder(this.length, this.size);
    for (let i = 0, from = 0; i < this.length; i++) {
      const to = this.ends[i] as number;
      const row = this.bytes.subarray(from, to);
      if (isUtf8(row)) out.append(this.bytes, from, to);
      else out.appendText(decoder.decode(row));
      out.closeRow();
      from = to;
    }
    return { bytes: out.bytes, ends: out.ends };
  }

  #reserve(size: number): void {
    const bytes = new Uint8Array(Math.max(this.size + size, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.size));
    this.bytes = bytes;
  }
}

export function grown(column: Uint32Array, slots: number): Uint32Array {
  const out = new Uint32Array(slots);
  out.set(column);
  return out;
}
