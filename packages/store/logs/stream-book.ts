import { hash64, type Labels } from '@petrel/model';

/** A stream that is being written: its id as words, and the days (since the epoch) for which its row is stored. */
export interface BookedStream {
  readonly labels: Labels;
  readonly high: number;
  readonly low: number;
  readonly service: string;
  readonly storedDays: Set<number>;
}

/** What a stream without the label is filed under. */
const UNKNOWN_SERVICE = 'unknown_service';
// A backfill over years writes more days than this; then the rows are written again, which changes nothing.
const DAYS_MAX = 64;

/**
 * Streams by their labels, with what the database knows of them. Bounded: of more than `maxStreams` those that were not written for the longest time are
 * forgotten; their rows are then written once more.
 */
export class StreamBook {
  #young = new Map<string, BookedStream>();
  #old = new Map<string, BookedStream>();
  readonly #halfMax: number;

  constructor(maxStreams: number) {
    this.#halfMax = Math.max(1, Math.floor(maxStreams / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  find(labels: Labels): BookedStream {
    const { key } = labels;
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const stream = this.#old.get(key) ?? booked(labels);
    this.#old.delete(key);
    if (this.#young.size >= this.#halfMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, stream);
    return stream;
  }

  /** The database has these rows. */
  stored(rows: readonly StreamDay[]): void {
    for (const { stream, day } of rows) {
      if (stream.storedDays.size >= DAYS_MAX) stream.storedDays.clear();
      stream.storedDays.add(day);
    }
  }

  /** After days were dropped from the database. */
  forgetDays(): void {
    for (const streams of [this.#young, this.#old]) {
      for (const { storedDays } of streams.values()) storedDays.clear();
    }
  }
}

/** A row of the table `log_streams`. */
export interface StreamDay {
  readonly stream: BookedStream;
  readonly day: number;
}

const utf8 = new TextEncoder();
const hash = new Uint32Array(2);

/** The id is the hash of name, 0xff, value, 0xff for each label in order; it must never change. */
function booked(labels: Labels): BookedStream {
  const pieces = labels.pairs.map((text) => utf8.encode(text));
  const bytes = new Uint8Array(pieces.reduce((n, piece) => n + piece.length + 1, 0)).fill(0xff);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length + 1;
  }
  hash64(bytes, 0, bytes.length, hash);
  return {
    labels,
    high: hash[0] as number,
    low: hash[1] as number,
    service: labels.get('service_name') || UNKNOWN_SERVICE,
    storedDays: new Set(),
  };
}
