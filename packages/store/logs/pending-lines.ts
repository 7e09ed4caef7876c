import { LOG_LEVELS, type LogBatch } from '@petrel/model';
import type { InsertBlock } from '../group-commit/block-inserter.ts';
import { encodedMapColumn, fixedColumn, lowCardinalityColumn } from '../native/encode.ts';
import { LEVEL_TYPE, SPAN_LENGTH, TRACE_LENGTH } from '../schema/log-tables.ts';
import { clampDay } from './days.ts';
import { IdPlaces } from './id-places.ts';
import type { BookedStream, StreamBook, StreamDay } from './stream-book.ts';
import { TextPile } from './text-pile.ts';

const NS_PER_DAY = 86_400_000_000_000n;

/** What is known of a stream within one batch. */
interface StreamState {
  readonly stream: BookedStream;
  /** Place in the dictionary of services. */
  readonly service: number;
  newestNs: bigint;
  seq: number;
  /** Days of its lines that were not stored yet when they came. */
  readonly newDays: Set<number>;
  /** The day of the last line: lines of a stream mostly follow each other. */
  dayStartNs: bigint;
  dayEndNs: bigint;
}

/** The lines of many `write` calls as the columns of one insert, in the form in which they travel. */
export class PendingLines {
  rows = 0;
  #capacity = 0;
  #serviceOf = new Uint32Array(0);
  #ids = new Uint32Array(0);
  #times = new BigInt64Array(0);
  #seq = new Uint32Array(0);
  #levels = new Uint8Array(0);
  #traceAt = new Uint32Array(0);
  #spanAt = new Uint32Array(0);
  #metadataEnds = new Float64Array(0);
  #metadataKeys = new Uint32Array(256);
  #pairs = 0;
  readonly #bodies = new TextPile(1 << 20);
  readonly #traces = new TextPile(1 << 12);
  readonly #spans = new TextPile(1 << 12);
  readonly #metadataValues = new TextPile(1 << 12);
  readonly #services = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #states = new Map<BookedStream, StreamState>();
  readonly #streamDays: StreamDay[] = [];
  readonly #book: StreamBook;

  constructor(book: StreamBook) {
    this.#book = book;
  }

  /** Rows of `log_streams` that may be new, for the lines so far. */
  get newStreamDays(): readonly StreamDay[] {
    return this.#streamDays.filter(({ stream, day }) => !stream.storedDays.has(day));
  }

  add(batch: LogBatch): void {
    const { length, streamOf, timestampsNs, bodies, levels } = batch;
    const from = this.rows;
    this.#reserve(from + length);
    const states = batch.streams.map((labels) => this.#stateOf(this.#book.find(labels)));
    for (let i = 0; i < length; i++) {
      const state = states[streamOf[i] as number] as StreamState;
      const row = from + i;
      const ns = timestampsNs[i] as bigint;
      if (ns < state.dayStartNs || ns >= state.dayEndNs) this.#enterDay(state, ns);
      // Lines of a stream and a time keep the order in which they came: `seq` goes up whenever the time does not.
      if (ns > state.newestNs) state.newestNs = ns;
      else state.seq++;
      this.#serviceOf[row] = state.service;
      this.#ids[2 * row] = state.stream.low;
      this.#ids[2 * row + 1] = state.stream.high;
      this.#times[row] = ns;
      this.#seq[row] = state.seq;
      const level = levels[i] as number;
      this.#levels[row] = level < LOG_LEVELS.length ? level : 0;
      this.#bodies.add(bodies.bytes, i === 0 ? 0 : (bodies.ends[i - 1] as number), bodies.ends[i] as number);
    }
    this.#addIds(batch, from);
    this.#addMetadata(batch, from);
    this.rows += length;
  }

  /** All columns of the table `logs` that are not computed. */
  block(): InsertBlock {
    const { rows } = this;
    return {
      rows,
      columns: [
        lowCardinalityColumn('service', [...this.#services.keys()], this.#serviceOf, rows),
        fixedColumn('stream', 'UInt64', this.#ids.subarray(0, 2 * rows)),
        fixedColumn('ts', "DateTime64(9, 'UTC')", this.#times.subarray(0, rows)),
        fixedColumn('seq', 'UInt32', this.#seq.subarray(0, rows)),
        fixedColumn('level', LEVEL_TYPE, this.#levels.subarray(0, rows)),
        { name: 'body', type: 'String', data: [this.#bodies.take()] },
        fixedColumn('trace_at', 'UInt32', this.#traceAt.subarray(0, rows)),
        { name: 'trace_own', type: 'String', data: [this.#traces.take()] },
        fixedColumn('span_at', 'UInt32', this.#spanAt.subarray(0, rows)),
        { name: 'span_own', type: 'String', data: [this.#spans.take()] },
        encodedMapColumn('metadata', {
          offsets: this.#metadataEnds,
          rows,
          keyDictionary: [...this.#names.keys()],
          keys: this.#metadataKeys,
          values: this.#metadataValues.take(),
        }),
      ],
    };
  }

  #stateOf(stream: BookedStream): StreamState {
    const known = this.#states.get(stream);
    if (known !== undefined) return known;
    const service = positionOf(this.#services, stream.service);
    const state = {
      stream,
      service,
      newestNs: -(1n << 63n) - 1n,
      seq: 0,
      newDays: new Set<number>(),
      dayStartNs: 0n,
      dayEndNs: 0n,
    };
    this.#states.set(stream, state);
    return state;
  }

  #enterDay(state: StreamState, ns: bigint): void {
    const day = (ns - (((ns % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY)) / NS_PER_DAY;
    state.dayStartNs = day * NS_PER_DAY;
    state.dayEndNs = state.dayStartNs + NS_PER_DAY;
    const { stream, newDays } = state;
    const row = { stream, day: clampDay(Number(day)) };
    if (stream.storedDays.has(row.day) || newDays.has(row.day)) return;
    newDays.add(row.day);
    this.#streamDays.push(row);
  }

  #addIds(batch: LogBatch, from: number): void {
    const places = new IdPlaces(batch.bodies);
    const { traceIds, spanIds, length } = batch;
    for (let i = 0; i < length; i++) {
      places.enter(i);
      const traceAt = places.find(traceIds, TRACE_LENGTH);
      this.#traceAt[from + i] = traceAt;
      addText(this.#traces, traceIds, i, traceAt === 0);
      const spanAt = places.find(spanIds, SPAN_LENGTH);
      this.#spanAt[from + i] = spanAt;
      addText(this.#spans, spanIds, i, spanAt === 0);
    }
  }

  #addMetadata({ metadata, length }: LogBatch, from: number): void {
    const { ends, names, nameOf, values } = metadata;
    const keys = names.map((name) => positionOf(this.#names, name));
    const pairs = length === 0 ? 0 : (ends[length - 1] as number);
    if (this.#pairs + pairs > this.#metadataKeys.length) {
      const grown = new Uint32Array(Math.max(this.#metadataKeys.length * 2, this.#pairs + pairs));
      grown.set(this.#metadataKeys.subarray(0, this.#pairs));
      this.#metadataKeys = grown;
    }
    for (let j = 0; j < pairs; j++) {
      this.#metadataKeys[this.#pairs + j] = keys[nameOf[j] as number] as number;
      addText(this.#metadataValues, values, j, true);
    }
    for (let i = 0; i < length; i++) this.#metadataEnds[from + i] = this.#pairs + (ends[i] as number);
    this.#pairs += pairs;
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    const capacity = Math.max(1024, rows, this.#capacity * 2);
    const grow = <T extends Uint8Array | Uint32Array | Float64Array | BigInt64Array>(from: T, to: T): T => {
      to.set(from as never);
      return to;
    };
    this.#serviceOf = grow(this.#serviceOf, new Uint32Array(capacity));
    this.#ids = grow(this.#ids, new Uint32Array(2 * capacity));
    this.#times = grow(this.#times, new BigInt64Array(capacity));
    this.#seq = grow(this.#seq, new Uint32Array(capacity));
    this.#levels = grow(this.#levels, new Uint8Array(capacity));
    this.#traceAt = grow(this.#traceAt, new Uint32Array(capacity));
    this.#spanAt = grow(this.#spanAt, new Uint32Array(capacity));
    this.#metadataEnds = grow(this.#metadataEnds, new Float64Array(capacity));
    this.#capacity = capacity;
  }
}

function addText(pile: TextPile, texts: LogBatch['bodies'], i: number, wanted: boolean): void {
  if (wanted) pile.add(texts.bytes, i === 0 ? 0 : (texts.ends[i - 1] as number), texts.ends[i] as number);
  else pile.add(texts.bytes, 0, 0);
}

function positionOf(dictionary: Map<string, number>, text: string): number {
  let at = dictionary.get(text);
  if (at === undefined) {
    at = dictionary.size;
    dictionary.set(text, at);
  }
  return at;
}

/** What a batch will hold in memory until it is stored. */
export function memoryOf({ length, bodies, metadata, traceIds, spanIds }: LogBatch): number {
  if (length === 0) return 0;
  const last = length - 1;
  const pairs = metadata.ends[last] as number;
  const texts = (bodies.ends[last] as number) + (traceIds.ends[last] as number) + (spanIds.ends[last] as number);
  return length * 64 + texts + pairs * 8 + (pairs === 0 ? 0 : (metadata.values.ends[pairs - 1] as number));
}
