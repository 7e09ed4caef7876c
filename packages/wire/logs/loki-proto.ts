import type { Labels, LogBatch } from '@petrel/model';
import { ProtoReader } from '../protobuf/reader.ts';
import { sanitiseLabelName } from './label-name.ts';
import { LogBatchBuilder } from './log-batch-builder.ts';
import { type LogLimits, LogRefusals, TimeWindow } from './log-limits.ts';
import { metadataRefusal } from './metadata-limits.ts';
import { parseStreamLabels, type StreamOutcome } from './stream-labels.ts';

/** What a push brought: the batch that may be written, and what was left out of it. */
export interface DecodedLogs {
  readonly batch: LogBatch;
  readonly refusals: LogRefusals;
  /** Lines that were cut. */
  readonly truncated: number;
  /** Of bodies and metadata, as stored. */
  readonly sizeBytes: number;
  /** Streams named, refused ones among them. */
  readonly streams: number;
}

const TAG_STREAM = 0x0a;
const TAG_LABELS = 0x0a;
const TAG_ENTRY = 0x12;
const TAG_TIMESTAMP = 0x0a;
const TAG_LINE = 0x12;
const TAG_METADATA = 0x1a;
const TAG_PARSED = 0x22;

/** Longer ones are read each time, so that the cache is bounded in bytes too. */
const MAX_CACHED_TEXT = 4_096;

/** Parsed label texts of one handler: senders repeat them with every push. */
export class StreamLabelCache {
  readonly #outcomes = new Map<string, StreamOutcome>();

  constructor(
    readonly limits: LogLimits,
    readonly maxEntries = 10_000,
  ) {}

  get(text: string): StreamOutcome {
    let outcome = this.#outcomes.get(text);
    if (outcome === undefined) {
      outcome = parseStreamLabels(text, this.limits);
      if (text.length > MAX_CACHED_TEXT) return outcome;
      // Whole, not one by one: it is full only where streams come and go faster than they repeat.
      if (this.#outcomes.size >= this.maxEntries) this.#outcomes.clear();
      this.#outcomes.set(text, outcome);
    }
    return outcome;
  }
}

/**
 * A logproto.PushRequest, decompressed, straight into columns. A stream whose labels are none is refused with its lines, a line whose time or metadata is outside the
 * limits alone; all others are taken. A body that is no protobuf throws DECODE_FAILED. Source: Loki's push.proto.
 */
export function decodeLokiProtobuf(bytes: Uint8Array, labels: StreamLabelCache, nowMs: number): DecodedLogs {
  return new Decoder(bytes, labels, nowMs).decode();
}

class Decoder {
  readonly #reader: ProtoReader;
  readonly #builder: LogBatchBuilder;
  readonly #refusals = new LogRefusals();
  readonly #window: TimeWindow;
  readonly #limits: LogLimits;
  // The entry that is being read.
  #seconds = 0;
  #nanos = 0;
  #lineFrom = 0;
  #lineTo = 0;
  #pairs = 0;
  #pairBytes = 0;

  constructor(
    bytes: Uint8Array,
    readonly labels: StreamLabelCache,
    nowMs: number,
  ) {
    this.#reader = new ProtoReader(bytes);
    this.#limits = labels.limits;
    this.#window = new TimeWindow(labels.limits, nowMs);
    this.#builder = new LogBatchBuilder({
      maxLineBytes: labels.limits.maxLineBytes,
      expectedLines: bytes.length >>> 8,
      expectedBytes: bytes.length,
    });
  }

  decode(): DecodedLogs {
    const reader = this.#reader;
    const end = reader.length;
    let streams = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_STREAM) {
        streams++;
        this.#stream(reader.lengthEnd(end));
      } else reader.skip(tag, end);
    }
    const { sizeBytes, truncated } = this.#builder;
    return { batch: this.#builder.build(), refusals: this.#refusals, truncated, sizeBytes, streams };
  }

  #stream(end: number): void {
    const reader = this.#reader;
    const start = reader.pos;
    let text = '';
    let entries = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_LABELS) text = reader.string(end);
      else {
        if (tag === TAG_ENTRY) entries++;
        reader.skip(tag, end);
      }
    }
    if (entries === 0) return;
    const outcome = this.labels.get(text);
    if ('refusal' in outcome) {
      this.#refusals.add(outcome.refusal, entries);
      return;
    }
    const stream = this.#builder.stream(outcome.labels);
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_ENTRY) this.#entry(stream, outcome.labels, reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
  }

  #entry(stream: number, labels: Labels, end: number): void {
    const reader = this.#reader;
    this.#seconds = this.#nanos = 0;
    this.#lineFrom = this.#lineTo = 0;
    this.#pairs = this.#pairBytes = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_LINE) {
        this.#lineTo = reader.lengthEnd(end);
        this.#lineFrom = reader.pos;
        reader.pos = this.#lineTo;
      } else if (tag === TAG_TIMESTAMP) this.#timestamp(reader.lengthEnd(end));
      else if (tag === TAG_METADATA || tag === TAG_PARSED) this.#pair(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    const refusal = this.#window.contains(this.#seconds)
      ? metadataRefusal(this.#limits, labels, this.#pairs, this.#pairBytes)
      : this.#window.refusal(this.#seconds, labels.toString());
    if (refusal === undefined) {
      this.#builder.addLine(stream, this.#seconds, this.#nanos, reader.bytes, this.#lineFrom, this.#lineTo);
    } else {
      this.#refusals.add(refusal);
      this.#builder.dropMetadata();
    }
  }

  #timestamp(end: number): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x08) this.#seconds = reader.int64(end);
      else if (tag === 0x10) this.#nanos = reader.uint32(end);
      else reader.skip(tag, end);
    }
    // A Timestamp's nanos are below a second; whatever else comes must not spill into the next one.
    if (this.#nanos > 999_999_999) this.#nanos = 0;
  }

  #pair(end: number): void {
    const reader = this.#reader;
    let nameFrom = 0;
    let nameTo = 0;
    let from = 0;
    let to = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        nameTo = reader.lengthEnd(end);
        nameFrom = reader.pos;
        reader.pos = nameTo;
      } else if (tag === 0x12) {
        to = reader.lengthEnd(end);
        from = reader.pos;
        reader.pos = to;
      } else reader.skip(tag, end);
    }
    this.#pairs++;
    this.#pairBytes += nameTo - nameFrom + to - from;
    if (nameTo === nameFrom) return;
    this.#builder.addMetadataBytes(reader.bytes, nameFrom, nameTo, from, to, sanitiseLabelName);
  }
}
