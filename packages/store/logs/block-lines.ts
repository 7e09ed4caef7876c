import { compareStrings, type Labels, type LogColumns } from '@petrel/model';
import { column, textAt } from '../metrics/answer-columns.ts';
import type { SeriesSet } from '../metrics/series-set.ts';
import type { DecodedBlock, DecodedColumn, TextColumn } from '../native/decode.ts';

const NOTHING: readonly string[] = [];

/** A block of an answer as lines; the columns `body`, `metadata`, `level`, `trace` and `span` may be missing. Texts are decoded when they are asked for. */
export class BlockLines implements LogColumns {
  readonly length: number;
  readonly streams: readonly Labels[];
  readonly streamOf: Uint32Array;
  readonly timestampsNs: BigInt64Array;
  readonly levels: Uint8Array;
  readonly #body: TextReader | undefined;
  readonly #trace: TextReader | undefined;
  readonly #span: TextReader | undefined;
  readonly #metadata: MapReader | undefined;

  /** Row of the block by line, where some rows are no lines. */
  readonly #rows: Uint32Array | undefined;

  /** Lines of streams that are not in `set` are left out: such a stream may have come into being after the set was made. */
  constructor(block: DecodedBlock, set: SeriesSet) {
    this.streams = set.labels;
    const ids = column(block, 'stream', 'int64').words;
    const streamOf = new Uint32Array(block.rows);
    const rows = new Uint32Array(block.rows);
    let length = 0;
    for (let i = 0; i < block.rows; i++) {
      const at = set.find(ids[2 * i + 1] as number, ids[2 * i] as number);
      if (at < 0) continue;
      rows[length] = i;
      streamOf[length++] = at;
    }
    this.length = length;
    this.streamOf = streamOf.subarray(0, length);
    const isWhole = length === block.rows;
    this.#rows = isWhole ? undefined : rows.subarray(0, length);
    const { words } = column(block, 'ts', 'int64');
    const times = new BigInt64Array(words.buffer, words.byteOffset, block.rows);
    this.timestampsNs = isWhole ? times : BigInt64Array.from(rows.subarray(0, length), (row) => times[row] as bigint);
    const codes = block.columns.has('code') ? column(block, 'code', 'small').values : new Uint8Array(block.rows);
    this.levels = Uint8Array.from(rows.subarray(0, length), (row) => codes[row] as number);
    this.#body = textReader(block, 'body');
    this.#trace = textReader(block, 'trace');
    this.#span = textReader(block, 'span');
    this.#metadata = block.columns.has('metadata') ? new MapReader(column(block, 'metadata', 'map')) : undefined;
  }

  line(i: number): string {
    return this.#body?.at(this.#row(i)) ?? '';
  }

  metadata(i: number): readonly string[] {
    return this.#metadata?.at(this.#row(i)) ?? NOTHING;
  }

  traceId(i: number): string {
    return this.#trace?.at(this.#row(i)) ?? '';
  }

  spanId(i: number): string {
    return this.#span?.at(this.#row(i)) ?? '';
  }

  #row(i: number): number {
    return this.#rows === undefined ? i : (this.#rows[i] as number);
  }
}

function textReader(block: DecodedBlock, name: string): TextReader | undefined {
  return block.columns.has(name) ? new TextReader(column(block, name, 'text')) : undefined;
}

/** Every byte order mark stays, and what is not UTF-8 becomes replacement characters. */
class TextReader {
  readonly #bytes: Buffer;
  readonly #offsets: Uint32Array;

  constructor({ bytes, offsets }: TextColumn) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offsets = offsets;
  }

  at(i: number): string {
    return this.#bytes.toString('utf8', this.#offsets[i], this.#offsets[i + 1]);
  }
}

/** Name and value in turn, sorted by name. */
export class MapReader {
  readonly #offsets: Float64Array;
  readonly #nameAt: (i: number) => string;
  readonly #values: TextReader;

  constructor({ offsets, keys, values }: Extract<DecodedColumn, { kind: 'map' }>) {
    if (values.kind !== 'text') throw new RangeError(`values came as ${values.kind}, not text`);
    this.#offsets = offsets;
    this.#nameAt = textAt(keys);
    this.#values = new TextReader(values);
  }

  at(row: number): readonly string[] {
    const start = row === 0 ? 0 : (this.#offsets[row - 1] as number);
    const end = this.#offsets[row] as number;
    if (start === end) return NOTHING;
    const pairs: string[] = [];
    let isSorted = true;
    for (let k = start; k < end; k++) {
      const name = this.#nameAt(k);
      if (k > start && name < (pairs.at(-2) as string)) isSorted = false;
      pairs.push(name, this.#values.at(k));
    }
    return isSorted ? pairs : sorted(pairs);
  }
}

function sorted(pairs: readonly string[]): readonly string[] {
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1] as string]);
  return entries.sort(([a], [b]) => compareStrings(a, b)).flat();
}
