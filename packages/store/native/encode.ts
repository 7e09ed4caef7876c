/**
 * ClickHouse's Native format, written from typed arrays: a block is the number of columns and rows, then for each column its
 * name, its type and its data. Chunks are handed on without joining them, so the big columns are never copied again.
 * Source: https://clickhouse.com/docs/interfaces/formats/Native and the serialisations of the types.
 */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly data: readonly Uint8Array[];
}

const utf8 = new TextEncoder();

export function encodeBlock(rows: number, columns: readonly NativeColumn[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const head = new ByteWriter();
  head.varint(columns.length);
  head.varint(rows);
  chunks.push(head.take());
  for (const { name, type, data } of columns) {
    const title = new ByteWriter();
    title.text(name);
    title.text(type);
    chunks.push(title.take(), ...data);
  }
  return chunks;
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function fixedColumn(name: string, type: string, array: ArrayBufferView): NativeColumn {
  return { name, type, data: [bytesOf(array)] };
}

/** DateTime64(3, 'UTC') from whole milliseconds. */
export function timeColumn(name: string, ms: Float64Array, length: number): NativeColumn {
  return fixedColumn(name, "DateTime64(3, 'UTC')", int64Words(ms, length));
}

/** Whole numbers as 64-bit two's complement words, low word first. */
function int64Words(numbers: Float64Array, length: number): Uint32Array {
  const words = new Uint32Array(2 * length);
  for (let i = 0; i < length; i++) {
    const n = numbers[i] as number;
    const high = Math.floor(n / 4294967296);
    words[2 * i] = n - high * 4294967296;
    words[2 * i + 1] = high;
  }
  return words;
}

export function stringColumn(name: string, values: readonly (string | Uint8Array)[]): NativeColumn {
  const writer = new ByteWriter();
  for (const value of values) writer.text(value);
  return { name, type: 'String', data: [writer.take()] };
}

/** `index` holds positions in `dictionary`; both may be larger than used. */
export function lowCardinalityColumn(
  name: string,
  dictionary: readonly string[],
  index: Uint32Array,
  length: number,
): NativeColumn {
  const writer = new ByteWriter();
  writer.uint64(1);
  return {
    name,
    type: 'LowCardinality(String)',
    data: [writer.take(), ...lowCardinalityData(dictionary, index, length)],
  };
}

/** Map(LowCardinality(String), String): row i has the entries `[offsets[i-1], offsets[i])` of keys and values. */
export function mapColumn(
  name: string,
  offsets: Float64Array,
  rows: number,
  keyDictionary: readonly string[],
  keys: Uint32Array,
  values: readonly Uint8Array[],
): NativeColumn {
  const entries = rows === 0 ? 0 : (offsets[rows - 1] as number);
  const text = new ByteWriter();
  for (let i = 0; i < entries; i++) text.text(values[i] as Uint8Array);
  return encodedMapColumn(name, { offsets, rows, keyDictionary, keys, values: text.take() });
}

/** The same with `values` as they travel: each with its length before it. */
export function encodedMapColumn(
  name: string,
  map: {
    readonly offsets: Float64Array;
    readonly rows: number;
    readonly keyDictionary: readonly string[];
    readonly keys: Uint32Array;
    readonly values: Uint8Array;
  },
): NativeColumn {
  const { offsets, rows, keyDictionary, keys, values } = map;
  const prefix = new ByteWriter();
  prefix.uint64(1);
  const entries = rows === 0 ? 0 : (offsets[rows - 1] as number);
  return {
    name,
    type: 'Map(LowCardinality(String), String)',
    data: [
      prefix.take(),
      bytesOf(int64Words(offsets, rows)),
      ...(entries === 0 ? [] : lowCardinalityData(keyDictionary, keys, entries)),
      values,
    ],
  };
}

/** Array(UInt64): row i has the elements `[offsets[i-1], offsets[i])` of `words`, pairs with the low one first. */
export function uint64ArrayColumn(name: string, offsets: Float64Array, rows: number, words: Uint32Array): NativeColumn {
  return { name, type: 'Array(UInt64)', data: [bytesOf(int64Words(offsets, rows)), bytesOf(words)] };
}

/** UInt64 from decimal digits. */
export function uint64Column(name: string, digits: readonly string[]): NativeColumn {
  return fixedColumn(name, 'UInt64', BigUint64Array.from(digits, BigInt));
}

// Flags: bit 9 says that the dictionary travels with the block, bit 10 that readers replace theirs by it.
const LOW_CARDINALITY_FLAGS = 0x600;

function lowCardinalityData(dictionary: readonly string[], index: Uint32Array, length: number): Uint8Array[] {
  const size = dictionary.length;
  const width = size <= 0x100 ? 0 : size <= 0x10000 ? 1 : 2;
  const writer = new ByteWriter();
  writer.uint64(LOW_CARDINALITY_FLAGS | width);
  writer.uint64(size);
  for (const key of dictionary) writer.text(key);
  writer.uint64(length);
  const used = index.subarray(0, length);
  const positions = width === 0 ? new Uint8Array(used) : width === 1 ? new Uint16Array(used) : used;
  return [writer.take(), bytesOf(positions)];
}

export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  varint(n: number): void {
    this.#reserve(10);
    let rest = n;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  uint64(n: number): void {
    this.#reserve(8);
    let rest = n;
    for (let i = 0; i < 8; i++) {
      this.#bytes[this.#length++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  /** Length and bytes. */
  text(value: string | Uint8Array): void {
    if (typeof value === 'string') {
      if (value.length < 64 && this.#ascii(value)) return;
      this.text(utf8.encode(value));
      return;
    }
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #ascii(value: string): boolean {
    this.#reserve(value.length + 1);
    const bytes = this.#bytes;
    const start = this.#length;
    bytes[start] = value.length;
    for (let i = 0; i < value.length; i++) {
      const c = value.charCodeAt(i);
      if (c >= 0x80) return false;
      bytes[start + 1 + i] = c;
    }
    this.#length = start + 1 + value.length;
    return true;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
