import type { MetricMetadata, MetricType, SeriesRegistry } from '@petrel/model';
import { hash64, hash64View } from '@petrel/model';
import { BatchBuilder } from '../batch/batch-builder.ts';
import { decodeUtf8, ProtoReader } from '../protobuf/reader.ts';
import { type DecodedBatch, finishBatch, Refusals } from './decoded-batch.ts';
import { readHistogram } from './histogram.ts';
import { checkedLabels, exemplarLabels, type LabelsOutcome } from './series-labels.ts';

const TAG_TIMESERIES = 0x0a;
const TAG_METADATA = 0x1a;
const TAG_LABEL = 0x0a;
const TAG_SAMPLE = 0x12;
const TAG_EXEMPLAR = 0x1a;
const TAG_HISTOGRAM = 0x22;
const NO_SERIES = -1;

export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/**
 * A prometheus.WriteRequest, decompressed. The label bytes of a series are hashed as they stand and looked up; only those of new
 * series become strings. A series whose labels or histograms are no valid ones is refused, the rest is taken. A body that is no
 * protobuf throws DECODE_FAILED. Source: prompb/types.proto, remote.proto.
 */
export function decodeRemoteWrite1(bytes: Uint8Array, registry: SeriesRegistry): DecodedBatch {
  return new Decoder(bytes, registry).decode();
}

class Decoder {
  readonly #reader: ProtoReader;
  readonly #builder: BatchBuilder;
  readonly #refusals = new Refusals();
  readonly #hash = new Uint32Array(2);

  constructor(
    bytes: Uint8Array,
    readonly registry: SeriesRegistry,
  ) {
    this.#reader = new ProtoReader(bytes);
    // A series with ten labels takes 150 to 300 bytes.
    this.#builder = new BatchBuilder(bytes.length >>> 7);
  }

  decode(): DecodedBatch {
    const reader = this.#reader;
    const end = reader.length;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_TIMESERIES) this.#series(reader.lengthEnd(end));
      else if (tag === TAG_METADATA) this.#metadata(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    return finishBatch(this.#builder, this.#refusals);
  }

  #series(end: number): void {
    if (!this.#plainSeries(end)) this.#anySeries(end);
  }

  /**
   * What senders write for nearly all series: the labels in one piece, each shorter than 16 KiB, then samples of a value and a time and nothing
   * else. Three in four cycles of decoding go here, therefore without the reader's calls. False, and nothing done, for all others.
   */
  #plainSeries(end: number): boolean {
    const { bytes, pos: start } = this.#reader;
    let pos = start;
    while (pos + 2 < end && bytes[pos] === TAG_LABEL) {
      const length = bytes[pos + 1] as number;
      if (length < 0x80) pos += 2 + length;
      else {
        const second = bytes[pos + 2] as number;
        if (second >= 0x80) return false;
        pos += 3 + (length & 0x7f) + second * 128;
      }
    }
    const labelsEnd = pos;
    let points = 0;
    for (; pos < end; points++) {
      if (!isPlainSample(bytes, pos, end)) return false;
      pos += 2 + (bytes[pos + 1] as number);
    }
    if (pos !== end) return false;
    const ref = this.#lookup(start, labelsEnd, points);
    if (ref !== NO_SERIES) {
      for (let at = labelsEnd; at < end; at += 2 + (bytes[at + 1] as number)) this.#plainSample(ref, at);
    }
    this.#reader.pos = end;
    return true;
  }

  #plainSample(ref: number, at: number): void {
    const { bytes, view } = this.#reader;
    const end = at + 2 + (bytes[at + 1] as number);
    let tMs = 0;
    for (let i = end - 1; i > at + 11; i--) tMs = tMs * 128 + ((bytes[i] as number) & 0x7f);
    this.#builder.addWords(ref, tMs, view.getUint32(at + 3, true), view.getUint32(at + 7, true));
  }

  #anySeries(end: number): void {
    const reader = this.#reader;
    const start = reader.pos;
    // First the labels, wherever they stand; then the rest. Senders write the labels first and in one piece.
    let labelsStart = start;
    let labelsEnd = start;
    let scattered = false;
    let points = 0;
    while (reader.pos < end) {
      const at = reader.pos;
      const tag = reader.tag(end);
      if (tag === TAG_LABEL) {
        reader.pos = reader.lengthEnd(end);
        if (at !== labelsEnd) {
          if (labelsEnd === labelsStart) labelsStart = at;
          else scattered = true;
        }
        labelsEnd = reader.pos;
      } else {
        if (tag === TAG_SAMPLE || tag === TAG_HISTOGRAM) points++;
        reader.skip(tag, end);
      }
    }
    const ref = scattered ? this.#lookupScattered(start, end, points) : this.#lookup(labelsStart, labelsEnd, points);
    if (ref !== NO_SERIES) this.#points(ref, start, end, labelsStart, labelsEnd, scattered);
    reader.pos = end;
  }

  #lookup(labelsStart: number, labelsEnd: number, points: number): number {
    const hash = this.#hash;
    hash64View(this.#reader.view, labelsStart, labelsEnd, hash);
    const ref = this.registry.find(hash[0] as number, hash[1] as number);
    return ref >= 0 ? ref : this.#register(readLabels(this.#reader, labelsStart, labelsEnd), points);
  }

  /** Label fields with others between them: legal, and written by nobody. Hashed from a copy in one piece. */
  #lookupScattered(start: number, end: number, points: number): number {
    const reader = this.#reader;
    const joined = new Uint8Array(end - start);
    let length = 0;
    reader.pos = start;
    while (reader.pos < end) {
      const at = reader.pos;
      const tag = reader.tag(end);
      reader.skip(tag, end);
      if (tag === TAG_LABEL) {
        joined.set(reader.bytes.subarray(at, reader.pos), length);
        length += reader.pos - at;
      }
    }
    const hash = this.#hash;
    hash64(joined, 0, length, hash);
    const ref = this.registry.find(hash[0] as number, hash[1] as number);
    return ref >= 0 ? ref : this.#register(readLabels(new ProtoReader(joined), 0, length), points);
  }

  #register(outcome: LabelsOutcome, points: number): number {
    if ('refusal' in outcome) {
      this.#refusals.add(outcome.refusal, points);
      return NO_SERIES;
    }
    return this.registry.register(this.#hash[0] as number, this.#hash[1] as number, outcome.labels);
  }

  #points(ref: number, start: number, end: number, labelsStart: number, labelsEnd: number, scattered: boolean): void {
    const reader = this.#reader;
    reader.pos = !scattered && labelsStart === start ? labelsEnd : start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_SAMPLE) this.#sample(ref, reader.lengthEnd(end));
      else if (tag === TAG_EXEMPLAR) this.#exemplar(ref, reader.lengthEnd(end));
      else if (tag === TAG_HISTOGRAM) {
        const outcome = readHistogram(reader, reader.lengthEnd(end));
        if ('refusal' in outcome) {
          this.#refusals.add(`invalid histogram of ${this.registry.labelsOf(ref).toString()}: ${outcome.refusal}`, 1);
        } else this.#builder.addHistogram({ ref, ...outcome.sample });
      } else reader.skip(tag, end);
    }
  }

  #sample(ref: number, end: number): void {
    const reader = this.#reader;
    const { view } = reader;
    let low = 0;
    let high = 0;
    let tMs = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) {
        const at = reader.pos;
        reader.skip(tag, end);
        low = view.getUint32(at, true);
        high = view.getUint32(at + 4, true);
      } else if (tag === 0x10) tMs = reader.int64(end);
      else reader.skip(tag, end);
    }
    this.#builder.addWords(ref, tMs, low, high);
  }

  #exemplar(ref: number, end: number): void {
    const reader = this.#reader;
    const pairs: string[] = [];
    let value = 0;
    let tMs = 0;
    let readable = true;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) readable = readLabel(reader, reader.lengthEnd(end), pairs) && readable;
      else if (tag === 0x11) value = reader.double(end);
      else if (tag === 0x18) tMs = reader.int64(end);
      else reader.skip(tag, end);
    }
    const labels = readable ? exemplarLabels(pairs) : undefined;
    if (labels !== undefined) this.#builder.addExemplar({ ref, labels, tMs, value });
    else this.#refusals.add(`invalid exemplar labels of ${this.registry.labelsOf(ref).toString()}`, 0);
  }

  #metadata(end: number): void {
    const reader = this.#reader;
    let type = 0;
    let metric = '';
    let help = '';
    let unit = '';
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x08) type = reader.uint32(end);
      else if (tag === 0x12) metric = reader.string(end);
      else if (tag === 0x22) help = reader.string(end);
      else if (tag === 0x2a) unit = reader.string(end);
      else reader.skip(tag, end);
    }
    const metadata: MetricMetadata = { metric, type: METRIC_TYPES[type] ?? 'unknown', help, unit };
    if (metric !== '') this.#builder.addMetadata(metadata);
  }
}

/** A sample field at `at`: a value, then a time in one to seven bytes (49 bits), and nothing behind it. */
function isPlainSample(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 13 > end || bytes[at] !== TAG_SAMPLE) return false;
  const last = at + 1 + (bytes[at + 1] as number);
  if (last >= end || last < at + 12 || last > at + 18 || bytes[at + 2] !== 0x09 || bytes[at + 11] !== 0x10)
    return false;
  for (let i = at + 12; i < last; i++) if ((bytes[i] as number) < 0x80) return false;
  return (bytes[last] as number) < 0x80;
}

/** Label fields from `start` to `end`; a string that is not UTF-8 refuses the series, not the request. */
function readLabels(reader: ProtoReader, start: number, end: number): LabelsOutcome {
  const pairs: string[] = [];
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    const fieldEnd = reader.lengthEnd(end);
    if (tag !== TAG_LABEL) reader.pos = fieldEnd;
    else if (!readLabel(reader, fieldEnd, pairs)) return { refusal: 'a label that is not UTF-8' };
  }
  return checkedLabels(pairs);
}

function readLabel(reader: ProtoReader, end: number, pairs: string[]): boolean {
  let name: string | undefined = '';
  let value: string | undefined = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a || tag === 0x12) {
      const fieldEnd = reader.lengthEnd(end);
      const text = decodeUtf8(reader.bytes, reader.pos, fieldEnd);
      reader.pos = fieldEnd;
      if (tag === 0x0a) name = text;
      else value = text;
    } else reader.skip(tag, end);
  }
  if (name === undefined || value === undefined) return false;
  pairs.push(name, value);
  return true;
}
