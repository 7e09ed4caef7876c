import { ByteSource } from './byte-source.ts';

/** A decoded column. 64-bit integers and times stay pairs of words (low first). */
export type DecodedColumn =
  | { readonly kind: 'float64'; readonly values: Float64Array }
  | { readonly kind: 'int64'; readonly words: Uint32Array }
  | { readonly kind: 'small'; readonly values: Uint8Array | Uint16Array | Uint32Array | Int32Array }
  | TextColumn
  | { readonly kind: 'lowCardinality'; readonly dictionary: readonly string[]; readonly index: ArrayLike<number> }
  /** `LowCardinality(UInt64)`: the dictionary as pairs of words. */
  | {
      readonly kind: 'lowCardinalityInt64';
      readonly words: Uint32Array;
      readonly index: Uint8Array | Uint16Array | Uint32Array;
    }
  | { readonly kind: 'array'; readonly offsets: Float64Array; readonly values: DecodedColumn }
  | {
      readonly kind: 'map';
      readonly offsets: Float64Array;
      readonly keys: DecodedColumn;
      readonly values: DecodedColumn;
    };

export interface DecodedBlock {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, DecodedColumn>;
}

const decoder = new TextDecoder();

/** Strings as one run of bytes; row i is `[offsets[i], offsets[i + 1])`. */
export class TextColumn {
  readonly kind = 'text';

  constructor(
    readonly bytes: Uint8Array,
    readonly offsets: Uint32Array,
  ) {}

  bytesAt(i: number): Uint8Array {
    return this.bytes.subarray(this.offsets[i], this.offsets[i + 1]);
  }

  at(i: number): string {
    const start = this.offsets[i] as number;
    const end = this.offsets[i + 1] as number;
    if (end - start > 40) return decoder.decode(this.bytes.subarray(start, end));
    let text = '';
    for (let k = start; k < end; k++) {
      const byte = this.bytes[k] as number;
      if (byte >= 0x80) return decoder.decode(this.bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

export interface DecodeOptions {
  /** A column of whole 64-bit numbers whose memory the next block uses again. */
  readonly passing?: string;
}

/** The blocks of a Native stream as they arrive. Throws RangeError on anything that is not Native. */
export async function* decodeBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { passing }: DecodeOptions = {},
): AsyncGenerator<DecodedBlock> {
  const source = new ByteSource(chunks);
  let spare = new Uint32Array(0);
  while (!(await source.done())) {
    const columnCount = await source.varint();
    const rows = await source.varint();
    const columns = new Map<string, DecodedColumn>();
    for (let c = 0; c < columnCount; c++) {
      const name = await readText(source);
      const type = parseType(await readText(source));
      if (name === passing && type.kind === 'int64') {
        if (spare.length < 2 * checked(rows)) spare = new Uint32Array(2 * rows);
        columns.set(name, { kind: 'int64', words: await fill(source, spare.subarray(0, 2 * rows)) });
      } else {
        await readPrefix(source, type);
        columns.set(name, await readData(source, type, rows));
      }
    }
    if (rows > 0) yield { rows, columns };
  }
}

async function readText(source: ByteSource): Promise<string> {
  const length = await source.varint();
  if (length > 1 << 20) throw new RangeError(`a column's title of ${length} bytes`);
  await source.ensure(length);
  const text = decoder.decode(source.buffer.subarray(source.position, source.position + length));
  source.position += length;
  return text;
}

type Type =
  | {
      readonly kind:
        | 'float64'
        | 'int64'
        | 'uint8'
        | 'uint16'
        | 'uint32'
        | 'int32'
        | 'text'
        | 'lowCardinality'
        | 'lowCardinalityInt64';
    }
  | { readonly kind: 'array'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type };

const SCALARS: Readonly<Record<string, Type>> = {
  Float64: { kind: 'float64' },
  UInt64: { kind: 'int64' },
  Int64: { kind: 'int64' },
  UInt32: { kind: 'uint32' },
  DateTime: { kind: 'uint32' },
  Int32: { kind: 'int32' },
  UInt16: { kind: 'uint16' },
  Date: { kind: 'uint16' },
  UInt8: { kind: 'uint8' },
  Bool: { kind: 'uint8' },
  String: { kind: 'text' },
  'LowCardinality(String)': { kind: 'lowCardinality' },
  'LowCardinality(UInt64)': { kind: 'lowCardinalityInt64' },
};

function parseType(type: string): Type {
  const scalar = SCALARS[type];
  if (scalar !== undefined) return scalar;
  if (type.startsWith('DateTime64(')) return { kind: 'int64' };
  const array = /^Array\((.+)\)$/.exec(type);
  if (array !== null) return { kind: 'array', of: parseType(array[1] as string) };
  const map = /^Map\((LowCardinality\(String\)|String), (.+)\)$/.exec(type);
  if (map !== null) return { kind: 'map', key: parseType(map[1] as string), value: parseType(map[2] as string) };
  throw new RangeError(`the Native decoder does not know the type ${type.slice(0, 100)}`);
}

/** A LowCardinality, however deep, announces its version before all data of its column. */
async function readPrefix(source: ByteSource, type: Type): Promise<void> {
  if (type.kind === 'array') return readPrefix(source, type.of);
  if (type.kind === 'map') {
    await readPrefix(source, type.key);
    return readPrefix(source, type.value);
  }
  if (type.kind !== 'lowCardinality' && type.kind !== 'lowCardinalityInt64') return;
  const version = await source.uint64();
  if (version !== 1) throw new RangeError(`LowCardinality of version ${version}`);
}

async function readData(source: ByteSource, type: Type, rows: number): Promise<DecodedColumn> {
  switch (type.kind) {
    case 'float64':
      return { kind: 'float64', values: await fill(source, new Float64Array(checked(rows))) };
    case 'int64':
      return { kind: 'int64', words: await fill(source, new Uint32Array(2 * checked(rows))) };
    case 'uint8':
      return { kind: 'small', values: await fill(source, new Uint8Array(checked(rows))) };
    case 'uint16':
      return { kind: 'small', values: await fill(source, new Uint16Array(checked(rows))) };
    case 'uint32':
      return { kind: 'small', values: await fill(source, new Uint32Array(checked(rows))) };
    case 'int32':
      return { kind: 'small', values: await fill(source, new Int32Array(checked(rows))) };
    case 'text':
      return readTexts(source, checked(rows));
    case 'lowCardinality':
      return readLowCardinality(source, checked(rows));
    case 'lowCardinalityInt64':
      return readLowCardinalityInt64(source, checked(rows));
    case 'array': {
      const offsets = await readOffsets(source, checked(rows));
      const elements = rows === 0 ? 0 : (offsets[rows - 1] as number);
      return { kind: 'array', offsets, values: await readData(source, type.of, elements) };
    }
    case 'map': {
      const offsets = await readOffsets(source, checked(rows));
      const entries = rows === 0 ? 0 : (offsets[rows - 1] as number);
      const keys = await readData(source, type.key, entries);
      return { kind: 'map', offsets, keys, values: await readData(source, type.value, entries) };
    }
  }
}

// 2^27 rows are a gigabyte of doubles: no block of ours comes near, garbage taken for a length does.
function checked(rows: number): number {
  if (rows > 1 << 27) throw new RangeError(`a column of ${rows} rows`);
  return rows;
}

async function fill<T extends ArrayBufferView>(source: ByteSource, target: T): Promise<T> {
  await source.readInto(new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
  return target;
}

async function readOffsets(source: ByteSource, rows: number): Promise<Float64Array> {
  const words = await fill(source, new Uint32Array(2 * rows));
  const offsets = new Float64Array(rows);
  let previous = 0;
  for (let i = 0; i < rows; i++) {
    const offset = (words[2 * i] as number) + (words[2 * i + 1] as number) * 4294967296;
    if (offset < previous) throw new RangeError('array offsets go down');
    previous = offset;
    offsets[i] = offset;
  }
  return offsets;
}

async function readTexts(source: ByteSource, rows: number): Promise<TextColumn> {
  const offsets = new Uint32Array(rows + 1);
  let bytes = new Uint8Array(Math.max(64, rows * 16));
  let used = 0;
  for (let i = 0; i < rows; i++) {
    let length = source.buffer[source.position] ?? 0x80;
    if (length < 0x80) source.position++;
    else length = await source.varint();
    if (source.available < length) await source.ensure(length);
    if (used + length > bytes.length) {
      const grown = new Uint8Array(Math.max(bytes.length * 2, used + length));
      grown.set(bytes.subarray(0, used));
      bytes = grown;
    }
    const { buffer, position } = source;
    if (length < 32) for (let k = 0; k < length; k++) bytes[used + k] = buffer[position + k] as number;
    else bytes.set(buffer.subarray(position, position + length), used);
    source.position += length;
    used += length;
    offsets[i + 1] = used;
  }
  return new TextColumn(bytes, offsets);
}

async function readLowCardinality(source: ByteSource, rows: number): Promise<DecodedColumn> {
  if (rows === 0) return { kind: 'lowCardinality', dictionary: [], index: new Uint8Array(0) };
  const { width, keys: count } = await readDictionaryHead(source);
  const keys = await readTexts(source, count);
  const dictionary: string[] = [];
  for (let i = 0; i + 1 < keys.offsets.length; i++) dictionary.push(keys.at(i));
  return { kind: 'lowCardinality', dictionary, index: await readIndex(source, rows, width) };
}

async function readLowCardinalityInt64(source: ByteSource, rows: number): Promise<DecodedColumn> {
  if (rows === 0) return { kind: 'lowCardinalityInt64', words: new Uint32Array(0), index: new Uint8Array(0) };
  const { width, keys } = await readDictionaryHead(source);
  const words = await fill(source, new Uint32Array(2 * keys));
  return { kind: 'lowCardinalityInt64', words, index: await readIndex(source, rows, width) };
}

async function readDictionaryHead(source: ByteSource): Promise<{ readonly width: number; readonly keys: number }> {
  const flags = await source.uint64();
  if ((flags & 0x100) !== 0 || (flags & 0x200) === 0) throw new RangeError('LowCardinality with a shared dictionary');
  return { width: flags & 0xff, keys: checked(await source.uint64()) };
}

async function readIndex(
  source: ByteSource,
  rows: number,
  width: number,
): Promise<Uint8Array | Uint16Array | Uint32Array> {
  const length = await source.uint64();
  if (length !== rows) throw new RangeError(`LowCardinality of ${length} rows in a block of ${rows}`);
  if (width > 2) throw new RangeError(`LowCardinality index width ${width}`);
  const index = width === 0 ? new Uint8Array(rows) : width === 1 ? new Uint16Array(rows) : new Uint32Array(rows);
  return fill(source, index);
}
