import { isUtf8 } from 'node:buffer';
import { type Labels, LINE_LABELS, type LogBatch, type LogLevel, PetrelError } from '@petrel/model';
import { knownFieldOf } from './known-keys.ts';
import { levelCode } from './level.ts';
import { grown, TextColumnBuilder } from './log-columns.ts';
import { MetadataBuilder, type PreparedMetadata } from './metadata-builder.ts';
import { isId, LineRecogniser, levelOfField, WANT_LEVEL, WANT_SPAN, WANT_TRACE } from './recognise.ts';
import { withServiceName } from './service-name.ts';

/** Loki's `max_line_size`. */
const DEFAULT_MAX_LINE_BYTES = 256 * 1024;
/** Each costs memory far beyond its bytes: a request must not bring as many as it has room for. */
const MAX_STREAMS = 100_000;
const MAX_LINES = 2_000_000;
const NANOS = 1_000_000_000n;
const TWO_32 = 2 ** 32;

export interface LogBatchBuilderOptions {
  /** Longer lines are cut on a character's boundary, and say so: ` …[truncated N bytes]` stands behind what is left. Default 256 KiB, as Loki's. */
  readonly maxLineBytes?: number;
  /** How many lines, and bytes of them, are likely: columns start at that size. */
  readonly expectedLines?: number;
  readonly expectedBytes?: number;
}

/** A line for `LogBatchBuilder.add`. */
export interface LogLine {
  /** What `stream` returned. */
  readonly stream: number;
  /** Nanoseconds since the epoch. */
  readonly tsNs: bigint;
  /** The body is `bytes[from, to)`. */
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Names and values in turn; of a name that occurs twice the first counts, empty values are left out. */
  readonly metadata?: readonly string[];
  /** Only where the protocol names them: what is absent is recognised. */
  readonly level?: LogLevel;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** A label set as a sender named it: where its stream stands in the batch, and what it says about each of its lines. */
interface NamedStream {
  readonly place: number;
  /** Of LINE_LABELS. */
  readonly metadata: PreparedMetadata | undefined;
  readonly level: number;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/**
 * Growable columns that become a LogBatch. Two ways to add a line: `add` with an object, and for decoders that want nothing allocated for a line `addMetadata…` for
 * each pair, then `addLine`. Level, trace and span are recognised from the metadata, else from the stream's labels, else from the body. Bytes that are
 * no UTF-8 become U+FFFD when the batch is built.
 */
export class LogBatchBuilder {
  readonly #maxLineBytes: number;
  #length = 0;
  #truncated = 0;
  #streamOf: Uint32Array;
  #times: Uint32Array;
  #levels: Uint8Array;
  readonly #bodies: TextColumnBuilder;
  readonly #traceIds: TextColumnBuilder;
  readonly #spanIds: TextColumnBuilder;
  readonly #streams: Labels[] = [];
  readonly #placeByKey = new Map<string, number>();
  readonly #named: NamedStream[] = [];
  readonly #namedByKey = new Map<string, number>();
  readonly #metadata: MetadataBuilder;
  readonly #recogniser = new LineRecogniser();

  constructor({ maxLineBytes = DEFAULT_MAX_LINE_BYTES, expectedLines, expectedBytes }: LogBatchBuilderOptions = {}) {
    this.#maxLineBytes = maxLineBytes;
    const lines = Math.max(16, expectedLines ?? 256);
    this.#streamOf = new Uint32Array(lines);
    this.#times = new Uint32Array(2 * lines);
    this.#levels = new Uint8Array(lines);
    this.#bodies = new TextColumnBuilder(lines, expectedBytes ?? lines * 128);
    this.#traceIds = new TextColumnBuilder(lines, lines * 32);
    this.#spanIds = new TextColumnBuilder(lines, lines * 16);
    this.#metadata = new MetadataBuilder(lines);
  }

  get length(): number {
    return this.#length;
  }

  /** Lines that were cut. */
  get truncated(): number {
    return this.#truncated;
  }

  /** Bytes of bodies and metadata values so far. */
  get sizeBytes(): number {
    return this.#bodies.size + this.#metadata.values.size;
  }

  /**
   * A number for a label set, to add lines with; the same labels have the same. The stream gets `service_name` where it has none; what of it are LINE_LABELS becomes
   * metadata of its lines. BODY_TOO_LARGE from the 100,001st on.
   */
  stream(labels: Labels): number {
    let number = this.#namedByKey.get(labels.key);
    if (number !== undefined) return number;
    number = this.#name(labels);
    this.#namedByKey.set(labels.key, number);
    return number;
  }

  #name(labels: Labels): number {
    if (this.#named.length === MAX_STREAMS) throw tooMany(`${MAX_STREAMS} streams`);
    const ofLines = [...labels].filter(([name]) => LINE_LABELS.has(name));
    const stream = withServiceName(ofLines.length === 0 ? labels : labels.without(LINE_LABELS));
    if (ofLines.length === 0) {
      const known = this.#namedByKey.get(stream.key);
      if (known !== undefined) return known;
    }
    let place = this.#placeByKey.get(stream.key);
    if (place === undefined) {
      place = this.#streams.push(stream) - 1;
      this.#placeByKey.set(stream.key, place);
    }
    const metadata = ofLines.length === 0 ? undefined : this.#metadata.prepare(ofLines.flat());
    const number = this.#named.push({ place, metadata, ...hintsOf(labels) }) - 1;
    if (ofLines.length === 0) this.#namedByKey.set(stream.key, number);
    return number;
  }

  add(line: LogLine): void {
    const { stream, tsNs, bytes, from, to, metadata, level, traceId, spanId } = line;
    if (metadata !== undefined) {
      for (let i = 0; i + 1 < metadata.length; i += 2) {
        this.addMetadata(metadata[i] as string, metadata[i + 1] as string);
      }
    }
    const seconds = tsNs / NANOS;
    const nanos = tsNs - seconds * NANOS;
    this.addLine(stream, Number(seconds), Number(nanos), bytes, from, to, level, traceId, spanId);
  }

  /** A pair of the next line's metadata. BODY_TOO_LARGE where a batch has more than 50,000 names. */
  addMetadata(name: string, value: string): void {
    this.#metadata.add(name, value);
  }

  /** The same, from UTF-8. `sanitise` makes a name that was not seen before one that queries can write. */
  addMetadataBytes(
    bytes: Uint8Array,
    nameFrom: number,
    nameTo: number,
    from: number,
    to: number,
    sanitise: (name: string) => string,
  ): void {
    this.#metadata.addBytes(bytes, nameFrom, nameTo, from, to, sanitise);
  }

  /** Pairs (names and values in turn) that many lines have, to be added to each by `addPrepared`. */
  prepareMetadata(pairs: readonly string[]): PreparedMetadata {
    return this.#metadata.prepare(pairs);
  }

  addPrepared(prepared: PreparedMetadata): void {
    this.#metadata.addPrepared(prepared);
  }

  /** Takes back the pairs of a line that is not added after all. */
  dropMetadata(): void {
    this.#metadata.drop();
  }

  /** As `add`, for a line whose metadata was added before. The time is in whole seconds, 0 to 9,223,372,035, and nanoseconds. BODY_TOO_LARGE from the 2,000,001st line on. */
  addLine(
    stream: number,
    seconds: number,
    nanos: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    level?: LogLevel,
    traceId?: string,
    spanId?: string,
  ): void {
    if (this.#length === MAX_LINES) throw tooMany(`${MAX_LINES} lines`);
    if (this.#length === this.#streamOf.length) this.#grow();
    const i = this.#length++;
    const named = this.#named[stream] as NamedStream;
    this.#streamOf[i] = named.place;
    if (named.metadata !== undefined) this.#metadata.addPrepared(named.metadata);
    this.#setTime(i, seconds, nanos);
    this.#body(bytes, from, to);
    this.#recognise(i, named, bytes, from, to, level, traceId, spanId);
    this.#metadata.closeLine();
  }

  /** The batch; the builder is of no use afterwards. */
  build(): LogBatch {
    return {
      length: this.#length,
      streams: this.#streams,
      streamOf: this.#streamOf,
      timestampsNs: new BigInt64Array(this.#times.buffer),
      bodies: this.#bodies.finish(isUtf8),
      metadata: this.#metadata.finish(),
      levels: this.#levels,
      traceIds: { bytes: this.#traceIds.bytes, ends: this.#traceIds.ends },
      spanIds: { bytes: this.#spanIds.bytes, ends: this.#spanIds.ends },
    };
  }

  /** In parts that stay exact: 2^16 seconds at a time. */
  #setTime(i: number, seconds: number, nanos: number): void {
    const upper = Math.floor(seconds / 65_536);
    const upperNs = upper * 1e9;
    const low = (upperNs % 65_536) * 65_536 + (seconds - upper * 65_536) * 1e9 + nanos;
    const carry = Math.floor(low / TWO_32);
    this.#times[2 * i] = low - carry * TWO_32;
    this.#times[2 * i + 1] = Math.floor(upperNs / 65_536) + carry;
  }

  #body(bytes: Uint8Array, from: number, to: number): void {
    const max = this.#maxLineBytes;
    if (to - from <= max) this.#bodies.append(bytes, from, to);
    else {
      let cut = from + max;
      for (let back = 0; back < 3 && cut > from && ((bytes[cut] as number) & 0xc0) === 0x80; back++) cut--;
      this.#bodies.append(bytes, from, cut);
      this.#bodies.appendText(` …[truncated ${to - cut} bytes]`);
      this.#truncated++;
    }
    this.#bodies.closeRow();
  }

  #recognise(
    i: number,
    hints: NamedStream,
    bytes: Uint8Array,
    from: number,
    to: number,
    level: LogLevel | undefined,
    traceId: string | undefined,
    spanId: string | undefined,
  ): void {
    let code = level === undefined || level === 'unknown' ? 0 : levelCode(level);
    let hasTrace = appendId(this.#traceIds, traceId);
    let hasSpan = appendId(this.#spanIds, spanId);
    const metadata = this.#metadata;
    for (let j = metadata.start; j < metadata.length; j++) {
      const field = metadata.fieldOf(j);
      if (field === undefined) continue;
      const { bytes: values, ends } = metadata.values;
      const valueFrom = j === 0 ? 0 : (ends[j - 1] as number);
      const valueTo = ends[j] as number;
      if (field === 'traceId') hasTrace ||= appendIdBytes(this.#traceIds, values, valueFrom, valueTo);
      else if (field === 'spanId') hasSpan ||= appendIdBytes(this.#spanIds, values, valueFrom, valueTo);
      else if (code === 0) code = levelOfField(field, values, valueFrom, valueTo);
    }
    if (code === 0) code = hints.level;
    hasTrace ||= appendIdBytes(this.#traceIds, hints.traceId, 0, hints.traceId.length);
    hasSpan ||= appendIdBytes(this.#spanIds, hints.spanId, 0, hints.spanId.length);
    const want = (code === 0 ? WANT_LEVEL : 0) + (hasTrace ? 0 : WANT_TRACE) + (hasSpan ? 0 : WANT_SPAN);
    if (want !== 0) {
      const found = this.#recogniser;
      found.recognise(bytes, from, to, want);
      if (code === 0) code = found.level;
      if (!hasTrace) this.#traceIds.appendLower(bytes, found.traceFrom, found.traceTo);
      if (!hasSpan) this.#spanIds.appendLower(bytes, found.spanFrom, found.spanTo);
    }
    this.#levels[i] = code;
    this.#traceIds.closeRow();
    this.#spanIds.closeRow();
  }

  #grow(): void {
    const slots = this.#streamOf.length * 2;
    this.#streamOf = grown(this.#streamOf, slots);
    this.#times = grown(this.#times, 2 * slots);
    const levels = new Uint8Array(slots);
    levels.set(this.#levels);
    this.#levels = levels;
  }
}

function tooMany(what: string): PetrelError {
  return new PetrelError('BODY_TOO_LARGE', `more than ${what} in one request`);
}

/** False where the id is none. */
function appendId(column: TextColumnBuilder, id: string | undefined): boolean {
  if (id === undefined || id === '') return false;
  const bytes = encoder.encode(id);
  return appendIdBytes(column, bytes, 0, bytes.length);
}

function appendIdBytes(column: TextColumnBuilder, bytes: Uint8Array, from: number, to: number): boolean {
  if (!isId(bytes, from, to)) return false;
  column.appendLower(bytes, from, to);
  return true;
}

function hintsOf(labels: Labels): Omit<NamedStream, 'place' | 'metadata'> {
  let level = 0;
  let traceId = NOTHING;
  let spanId = NOTHING;
  for (const [name, value] of labels) {
    const field = knownFieldOf(name);
    if (field === undefined) continue;
    const bytes = encoder.encode(value);
    if (field === 'traceId') traceId = bytes;
    else if (field === 'spanId') spanId = bytes;
    else level ||= levelOfField(field, bytes, 0, bytes.length);
  }
  return { level, traceId, spanId };
}
