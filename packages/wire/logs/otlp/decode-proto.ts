import { readAnyValue, readKeyValue } from '../../otlp/attributes-proto.ts';
import type { AnyValue } from '../../otlp/metrics.ts';
import { ProtoReader } from '../../protobuf/reader.ts';
import { sanitiseLabelName } from '../label-name.ts';
import type { DecodedLogs } from '../loki-proto.ts';
import { TextScratch } from '../text-scratch.ts';
import { emptyFrame, type OtlpLogOptions, OtlpLogWriter, type OtlpRecordFrame } from './otlp-log-writer.ts';
import { flattenAttribute } from './resource-labels.ts';
import { scopeMetadata } from './scope-metadata.ts';
import { valueText } from './value-text.ts';

const TAG_STRING_VALUE = 0x0a;
const TAG_ATTRIBUTES = 0x32;

/**
 * An ExportLogsServiceRequest in protobuf, straight into columns: bodies and attributes that are strings are copied as bytes. A record outside the limits is
 * refused, the others are taken. A body that is no such message throws DECODE_FAILED. Source: opentelemetry-proto 1.x, logs/v1/logs.proto.
 */
export function decodeOtlpLogsProtobuf(bytes: Uint8Array, options: OtlpLogOptions, nowMs: number): DecodedLogs {
  return new Decoder(bytes, options, nowMs).decode();
}

class Decoder {
  readonly #reader: ProtoReader;
  readonly #writer: OtlpLogWriter;
  readonly #scratch = new TextScratch();
  readonly #frame: OtlpRecordFrame = emptyFrame();
  /** Of the AnyValue that was read last, where it is a string. */
  #textFrom = 0;
  #textTo = 0;

  constructor(bytes: Uint8Array, options: OtlpLogOptions, nowMs: number) {
    this.#reader = new ProtoReader(bytes);
    this.#writer = new OtlpLogWriter(options, nowMs, bytes.length);
  }

  decode(): DecodedLogs {
    const reader = this.#reader;
    const end = reader.length;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.#resourceLogs(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    return this.#writer.finish();
  }

  /** The resource comes before its records as a rule, but need not. */
  #resourceLogs(end: number): void {
    const reader = this.#reader;
    const start = reader.pos;
    const attributes: [string, AnyValue][] = [];
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.#attributes(reader.lengthEnd(end), 0x0a, attributes);
      else reader.skip(tag, end);
    }
    this.#writer.resource(attributes);
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) this.#scopeLogs(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
  }

  #attributes(end: number, attributeTag: number, into: [string, AnyValue][]): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === attributeTag) into.push(readKeyValue(reader, reader.lengthEnd(end), 0));
      else reader.skip(tag, end);
    }
  }

  #scopeLogs(end: number): void {
    const reader = this.#reader;
    const start = reader.pos;
    this.#writer.scope([]);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.#scope(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) this.#record(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
  }

  #scope(end: number): void {
    const reader = this.#reader;
    const attributes: [string, AnyValue][] = [];
    let name = '';
    let version = '';
    let dropped = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) name = reader.string(end);
      else if (tag === 0x12) version = reader.string(end);
      else if (tag === 0x1a) attributes.push(readKeyValue(reader, reader.lengthEnd(end), 0));
      else if (tag === 0x20) dropped = reader.uint32(end);
      else reader.skip(tag, end);
    }
    this.#writer.scope(scopeMetadata(name, version, attributes, dropped));
  }

  #record(end: number): void {
    const reader = this.#reader;
    const frame = this.#frame;
    Object.assign(frame, EMPTY);
    const start = reader.pos;
    let bodyFrom = 0;
    let bodyTo = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) this.#time(end, false);
      else if (tag === 0x59) this.#time(end, true);
      else if (tag === 0x10) frame.severityNumber = reader.uint32(end);
      else if (tag === 0x1a) frame.severityText = reader.string(end);
      else if (tag === 0x2a) {
        bodyTo = reader.lengthEnd(end);
        bodyFrom = reader.pos;
        reader.pos = bodyTo;
      } else if (tag === 0x38) frame.droppedAttributes = reader.uint32(end);
      else if (tag === 0x45) {
        frame.flags = fixed32(reader, end);
      } else if (tag === 0x4a) frame.traceId = hexId(reader.range(end));
      else if (tag === 0x52) frame.spanId = hexId(reader.range(end));
      else if (tag === 0x62) frame.eventName = reader.string(end);
      else reader.skip(tag, end);
    }
    let pairs = this.#writer.recordMetadata(frame);
    let pairBytes = 0;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === TAG_ATTRIBUTES) {
        const attributeEnd = reader.lengthEnd(end);
        pairBytes += attributeEnd - reader.pos;
        pairs += this.#attribute(attributeEnd);
      } else reader.skip(tag, end);
    }
    this.#body(bodyFrom, bodyTo, pairs, pairBytes);
    reader.pos = end;
  }

  /** Adds an attribute of the record to its metadata; returns how many pairs it became. */
  #attribute(end: number): number {
    const reader = this.#reader;
    const start = reader.pos;
    let keyFrom = 0;
    let keyTo = 0;
    let text = false;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        keyTo = reader.lengthEnd(end);
        keyFrom = reader.pos;
        reader.pos = keyTo;
      } else if (tag === 0x12) text = this.#stringValue(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    if (keyTo === keyFrom) return 0;
    const { builder } = this.#writer;
    if (text) {
      builder.addMetadataBytes(reader.bytes, keyFrom, keyTo, this.#textFrom, this.#textTo, sanitiseLabelName);
      return 1;
    }
    reader.pos = start;
    const [key, value] = readKeyValue(reader, end, 0);
    const flat: string[] = [];
    flattenAttribute(key, value, flat);
    for (let i = 0; i < flat.length; i += 2) builder.addMetadata(flat[i] as string, flat[i + 1] as string);
    return flat.length / 2;
  }

  /** Whether the AnyValue up to `end` is a string and nothing else. */
  #stringValue(end: number): boolean {
    const reader = this.#reader;
    const start = reader.pos;
    reader.pos = end;
    if (start === end || reader.bytes[start] !== TAG_STRING_VALUE) return false;
    reader.pos = start + 1;
    this.#textTo = reader.lengthEnd(end);
    this.#textFrom = reader.pos;
    reader.pos = end;
    return this.#textTo === end;
  }

  #body(from: number, to: number, pairs: number, pairBytes: number): void {
    const reader = this.#reader;
    reader.pos = from;
    if (this.#stringValue(to)) {
      this.#writer.record(this.#frame, pairs, pairBytes, reader.bytes, this.#textFrom, this.#textTo);
      return;
    }
    reader.pos = from;
    const size = this.#scratch.write(valueText(readAnyValue(reader, to, 0)));
    this.#writer.record(this.#frame, pairs, pairBytes, this.#scratch.bytes, 0, size);
  }

  /** A fixed64 of nanoseconds, in parts that stay exact: 2^48 ns are 281,474 s and a rest, 2^32 ns are 4 s and a rest. */
  #time(end: number, observed: boolean): void {
    const reader = this.#reader;
    const at = reader.pos;
    reader.skip(0x09, end);
    const low = reader.view.getUint32(at, true);
    const high = reader.view.getUint32(at + 4, true);
    const upper = high >>> 16;
    const middle = high & 0xffff;
    const rest = upper * 976_710_656 + middle * 294_967_296 + low;
    const seconds = upper * 281_474 + middle * 4 + Math.floor(rest / 1e9);
    const nanos = rest % 1e9;
    if (observed) {
      this.#frame.observedSeconds = seconds;
      this.#frame.observedNanos = nanos;
    } else {
      this.#frame.seconds = seconds;
      this.#frame.nanos = nanos;
    }
  }
}

const EMPTY = emptyFrame();

function fixed32(reader: ProtoReader, end: number): number {
  const at = reader.pos;
  reader.skip(0x45, end);
  return reader.view.getUint32(at, true);
}

/** Zeros alone are no id. */
function hexId(bytes: Uint8Array): string {
  if (bytes.length > 32 || bytes.every((byte) => byte === 0)) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
