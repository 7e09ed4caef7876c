import { PetrelError } from '@petrel/model';

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

const TWO_28 = 2 ** 28;
const TWO_32 = 2 ** 32;
const TWO_56 = 2 ** 56;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A cursor over one protobuf message and those nested in it. A message is read with
 * `for (const end = …; reader.pos < end;) { const tag = reader.tag(end); … }`; a field's end never passes its parent's, so
 * whatever the bytes are, reading stops within them. Every malformation is a PetrelError DECODE_FAILED.
 */
export class ProtoReader {
  pos = 0;
  // A 64-bit varint in parts of 28, 28 and 8 bits.
  #low = 0;
  #middle = 0;
  #high = 0;
  readonly length: number;
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Field number times eight plus the wire type. */
  tag(end: number): number {
    const tag = this.uint32(end);
    if (tag < 8) this.fail('field number 0');
    return tag;
  }

  /** An unsigned varint; bits beyond the 32nd are dropped, as protobuf says for 32-bit fields. */
  uint32(end: number): number {
    const { bytes } = this;
    let pos = this.pos;
    let byte = pos < end ? (bytes[pos++] as number) : this.#truncated();
    if (byte < 0x80) {
      this.pos = pos;
      return byte;
    }
    let value = byte & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      byte = pos < end ? (bytes[pos++] as number) : this.#truncated();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        return value >>> 0;
      }
    }
    return this.fail('a varint longer than 10 bytes');
  }

  /** A signed 64-bit varint as a number; exact up to 2^53 in size. */
  int64(end: number): number {
    this.#varint64(end);
    // Two's complement taken part by part, so that small negative numbers stay exact.
    if (this.#high >= 0x80) {
      return this.#low + (this.#middle + (this.#high - 0x100) * TWO_28) * TWO_28;
    }
    return this.#low + this.#middle * TWO_28 + this.#high * TWO_56;
  }

  /** An unsigned 64-bit varint as a number; exact up to 2^53. */
  uint64(end: number): number {
    this.#varint64(end);
    return this.#low + this.#middle * TWO_28 + this.#high * TWO_56;
  }

  /** A signed 64-bit varint in decimal, exact whatever its size. */
  int64Text(end: number): string {
    const value = this.int64(end);
    if (Number.isSafeInteger(value)) return String(value);
    const bits = (BigInt(this.#high) << 56n) | (BigInt(this.#middle) << 28n) | BigInt(this.#low);
    return BigInt.asIntN(64, bits).toString();
  }

  /** A zigzag-coded 64-bit varint; exact up to 2^53. */
  sint64(end: number): number {
    const value = this.uint64(end);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  sint32(end: number): number {
    const value = this.uint32(end);
    return (value >>> 1) ^ -(value & 1);
  }

  double(end: number): number {
    const at = this.#take(8, end);
    return this.view.getFloat64(at, true);
  }

  /** An unsigned fixed64 as a number. */
  fixed64(end: number): number {
    const at = this.#take(8, end);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * TWO_32;
  }

  sfixed64(end: number): number {
    const at = this.#take(8, end);
    return this.view.getUint32(at, true) + this.view.getInt32(at + 4, true) * TWO_32;
  }

  /** Reads a length and returns where the field ends; the field starts at `pos`. */
  lengthEnd(end: number): number {
    const length = this.uint32(end);
    const fieldEnd = this.pos + length;
    if (fieldEnd > end) this.#truncated();
    return fieldEnd;
  }

  /** A length-delimited field as a view on the same memory. */
  range(end: number): Uint8Array {
    const fieldEnd = this.lengthEnd(end);
    const out = this.bytes.subarray(this.pos, fieldEnd);
    this.pos = fieldEnd;
    return out;
  }

  /** A string field; invalid UTF-8 fails. */
  string(end: number): string {
    const fieldEnd = this.lengthEnd(end);
    const text = decodeUtf8(this.bytes, this.pos, fieldEnd);
    if (text === undefined) return this.fail('a string that is not UTF-8');
    this.pos = fieldEnd;
    return text;
  }

  /** Passes over the field that `tag` announced. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case WIRE_VARINT:
        this.uint32(end);
        return;
      case WIRE_FIXED64:
        this.#take(8, end);
        return;
      case WIRE_BYTES:
        this.pos = this.lengthEnd(end);
        return;
      case WIRE_FIXED32:
        this.#take(4, end);
        return;
      default:
        this.fail(`wire type ${tag & 7}`);
    }
  }

  fail(what: string): never {
    throw new PetrelError('DECODE_FAILED', `malformed protobuf at byte ${this.pos}: ${what}`);
  }

  #varint64(end: number): void {
    const { bytes } = this;
    let pos = this.pos;
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = pos < end ? (bytes[pos++] as number) : this.#truncated();
      if (i < 4) low |= (byte & 0x7f) << (7 * i);
      else if (i < 8) middle |= (byte & 0x7f) << (7 * (i - 4));
      else high |= (byte & 0x7f) << (7 * (i - 8));
      if (byte < 0x80) {
        this.pos = pos;
        this.#low = low;
        this.#middle = middle;
        this.#high = high & 0xff;
        return;
      }
    }
    this.fail('a varint longer than 10 bytes');
  }

  #take(size: number, end: number): number {
    const at = this.pos;
    if (at + size > end) this.#truncated();
    this.pos = at + size;
    return at;
  }

  #truncated(): never {
    return this.fail('the message ends inside a field');
  }
}

/** The text of a byte range, or undefined where it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < 24) {
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80) return decodeSlow(bytes, start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decodeSlow(bytes, start, end);
}

function decodeSlow(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}
