import type { MetricMetadata, SeriesRegistry } from '@petrel/model';
import { hash64View } from '@petrel/model';
import { BatchBuilder } from '../batch/batch-builder.ts';
import { decodeUtf8, ProtoReader } from '../protobuf/reader.ts';
import { METRIC_TYPES } from './decode-v1.ts';
import { type DecodedBatch, finishBatch, Refusals } from './decoded-batch.ts';
import { readHistogram } from './histogram.ts';
import { checkedLabels, exemplarLabels } from './series-labels.ts';

const TAG_SYMBOL = 0x22;
const TAG_TIMESERIES = 0x2a;
const TAG_LABEL_REFS = 0x0a;
const TAG_LABEL_REF = 0x08;
const TAG_SAMPLE = 0x12;
const TAG_HISTOGRAM = 0x1a;
const TAG_EXEMPLAR = 0x22;
const TAG_METADATA = 0x2a;
const NO_SERIES = -1;

/**
 * An io.prometheus.write.v2.Request, decompressed. Each symbol is hashed once; a series' key is the hash of its symbols' hashes, so that
 * strings are decoded only for new series. A series whose labels or histograms are no valid ones is refused, the rest is taken. A body
 * that is no protobuf throws DECODE_FAILED. Source: io/prometheus/write/v2/types.proto.
 */
export function decodeRemoteWrite2(bytes: Uint8Array, registry: SeriesRegistry): DecodedBatch {
  return new Decoder(bytes, registry).decode();
}

class Decoder {
  readonly #reader: ProtoReader;
  readonly #builder: BatchBuilder;
  readonly #refusals = new Refusals();
  readonly #hash = new Uint32Array(2);
  readonly #symbols: SymbolTable;
  /** Label references of the current series, and the bytes of their hashes. */
  #refs = new Uint32Array(64);
  #refCount = 0;
  #hashes = new Uint32Array(128);
  #hashView = new DataView(this.#hashes.buffer);
  /** Metrics (by symbol) whose metadata is in the batch: every series of a metric repeats it. */
  readonly #described = new Set<number>();

  constructor(
    bytes: Uint8Array,
    readonly registry: SeriesRegistry,
  ) {
    this.#reader = new ProtoReader(bytes);
    this.#builder = new BatchBuilder(bytes.length >>> 6);
    this.#symbols = new SymbolTable(this.#reader);
  }

  decode(): DecodedBatch {
    const reader = this.#reader;
    const end = reader.length;
    reader.pos = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_TIMESERIES) this.#series(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    return finishBatch(this.#builder, this.#refusals);
  }

  #series(end: number): void {
    const reader = this.#reader;
    const start = reader.pos;
    let points = 0;
    this.#refCount = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_LABEL_REFS) {
        const packedEnd = reader.lengthEnd(end);
        while (reader.pos < packedEnd) this.#addRef(reader.uint32(packedEnd));
      } else if (tag === TAG_LABEL_REF) this.#addRef(reader.uint32(end));
      else {
        if (tag === TAG_SAMPLE || tag === TAG_HISTOGRAM) points++;
        reader.skip(tag, end);
      }
    }
    const ref = this.#lookup(points);
    if (ref !== NO_SERIES) this.#points(ref, start, end);
    reader.pos = end;
  }

  #addRef(symbol: number): void {
    if (this.#refCount === this.#refs.length) {
      const refs = new Uint32Array(this.#refs.length * 2);
      refs.set(this.#refs);
      this.#refs = refs;
      this.#hashes = new Uint32Array(refs.length * 2);
      this.#hashView = new DataView(this.#hashes.buffer);
    }
    this.#refs[this.#refCount++] = symbol;
  }

  #lookup(points: number): number {
    const count = this.#refCount;
    const symbols = this.#symbols;
    const hashes = this.#hashes;
    if (count % 2 !== 0) return this.#refuse('an odd number of label references', points);
    for (let i = 0; i < count; i++) {
      const symbol = this.#refs[i] as number;
      if (symbol >= symbols.count) return this.#refuse(`label reference ${symbol} beyond the symbols`, points);
      hashes[2 * i] = symbols.hashes[2 * symbol] as number;
      hashes[2 * i + 1] = symbols.hashes[2 * symbol + 1] as number;
    }
    const hash = this.#hash;
    hash64View(this.#hashView, 0, count * 8, hash);
    const ref = this.registry.find(hash[0] as number, hash[1] as number);
    if (ref >= 0) return ref;
    const pairs: string[] = [];
    for (let i = 0; i < count; i++) {
      const text = symbols.text(this.#refs[i] as number);
      if (text === undefined) return this.#refuse('a label that is not UTF-8', points);
      pairs.push(text);
    }
    const outcome = checkedLabels(pairs);
    if ('refusal' in outcome) return this.#refuse(outcome.refusal, points);
    return this.registry.register(hash[0] as number, hash[1] as number, outcome.labels);
  }

  #refuse(message: string, points: number): number {
    this.#refusals.add(message, points);
    return NO_SERIES;
  }

  #points(ref: number, start: number, end: number): void {
    const reader = this.#reader;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_SAMPLE) this.#sample(ref, reader.lengthEnd(end));
      else if (tag === TAG_EXEMPLAR) this.#exemplar(ref, reader.lengthEnd(end));
      else if (tag === TAG_METADATA) this.#metadata(reader.lengthEnd(end));
      else if (tag === TAG_HISTOGRAM) {
        const outcome = readHistogram(reader, reader.lengthEnd(end));
        if ('refusal' in outcome) {
          this.#refuse(`invalid histogram of ${this.registry.labelsOf(ref).toString()}: ${outcome.refusal}`, 1);
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
    let startTMs = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) {
        const at = reader.pos;
        reader.skip(tag, end);
        low = view.getUint32(at, true);
        high = view.getUint32(at + 4, true);
      } else if (tag === 0x10) tMs = reader.int64(end);
      else if (tag === 0x18) startTMs = reader.int64(end);
      else reader.skip(tag, end);
    }
    this.#builder.addWords(ref, tMs, low, high, startTMs);
  }

  #exemplar(ref: number, end: number): void {
    const reader = this.#reader;
    const pairs: (string | undefined)[] = [];
    let value = 0;
    let tMs = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_LABEL_REFS) {
        const packedEnd = reader.lengthEnd(end);
        while (reader.pos < packedEnd) pairs.push(this.#symbols.text(reader.uint32(packedEnd)));
      } else if (tag === TAG_LABEL_REF) pairs.push(this.#symbols.text(reader.uint32(end)));
      else if (tag === 0x11) value = reader.double(end);
      else if (tag === 0x18) tMs = reader.int64(end);
      else reader.skip(tag, end);
    }
    const texts = pairs.filter((text) => text !== undefined);
    const labels = texts.length === pairs.length && texts.length % 2 === 0 ? exemplarLabels(texts) : undefined;
    if (labels !== undefined) this.#builder.addExemplar({ ref, labels, tMs, value });
    else this.#refusals.add(`invalid exemplar labels of ${this.registry.labelsOf(ref).toString()}`, 0);
  }

  #metadata(end: number): void {
    const reader = this.#reader;
    let type = 0;
    let help = 0;
    let unit = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x08) type = reader.uint32(end);
      else if (tag === 0x18) help = reader.uint32(end);
      else if (tag === 0x20) unit = reader.uint32(end);
      else reader.skip(tag, end);
    }
    if (type === 0 && help === 0 && unit === 0) return;
    const symbol = this.#metricSymbol();
    if (this.#described.has(symbol)) return;
    this.#described.add(symbol);
    const metadata: MetricMetadata = {
      metric: familyOf(this.#symbols.text(symbol) ?? '', type),
      type: METRIC_TYPES[type] ?? 'unknown',
      help: this.#symbols.text(help) ?? '',
      unit: this.#symbols.text(unit) ?? '',
    };
    if (metadata.metric !== '') this.#builder.addMetadata(metadata);
  }

  #metricSymbol(): number {
    for (let i = 0; i < this.#refCount; i += 2) {
      if (this.#symbols.isMetricName(this.#refs[i] as number)) return this.#refs[i + 1] as number;
    }
    return 0;
  }
}

/** The series of a classic histogram or summary carry its metadata each: it is the family's. */
function familyOf(metric: string, type: number): string {
  const name = METRIC_TYPES[type];
  if (name === 'histogram' || name === 'gaugehistogram') return metric.replace(/_(?:bucket|sum|count)$/, '');
  return name === 'summary' ? metric.replace(/_(?:sum|count)$/, '') : metric;
}

/** The strings of a request as byte ranges with their hashes; texts are decoded once, when asked for. */
class SymbolTable {
  count = 0;
  hashes: Uint32Array<ArrayBuffer>;
  #ranges: Uint32Array<ArrayBuffer>;
  readonly #texts = new Map<number, string | undefined>();
  readonly #bytes: Uint8Array;

  constructor(reader: ProtoReader) {
    this.#bytes = reader.bytes;
    this.#ranges = new Uint32Array(512);
    this.hashes = new Uint32Array(512);
    const hash = new Uint32Array(2);
    const end = reader.length;
    reader.pos = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== TAG_SYMBOL) {
        reader.skip(tag, end);
        continue;
      }
      const fieldEnd = reader.lengthEnd(end);
      const at = 2 * this.count++;
      if (at === this.#ranges.length) {
        this.#ranges = grown(this.#ranges);
        this.hashes = grown(this.hashes);
      }
      this.#ranges[at] = reader.pos;
      this.#ranges[at + 1] = fieldEnd;
      hash64View(reader.view, reader.pos, fieldEnd, hash);
      this.hashes[at] = hash[0] as number;
      this.hashes[at + 1] = hash[1] as number;
      reader.pos = fieldEnd;
    }
  }

  /** Undefined where there is no such symbol or it is not UTF-8. */
  text(symbol: number): string | undefined {
    if (symbol >= this.count) return undefined;
    if (this.#texts.has(symbol)) return this.#texts.get(symbol);
    const text = decodeUtf8(this.#bytes, this.#ranges[2 * symbol] as number, this.#ranges[2 * symbol + 1] as number);
    this.#texts.set(symbol, text);
    return text;
  }

  isMetricName(symbol: number): boolean {
    const start = this.#ranges[2 * symbol] as number;
    return (this.#ranges[2 * symbol + 1] as number) - start === 8 && this.text(symbol) === '__name__';
  }
}

function grown(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(column.length * 2);
  out.set(column);
  return out;
}
