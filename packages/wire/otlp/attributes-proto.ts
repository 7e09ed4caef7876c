import type { ProtoReader } from '../protobuf/reader.ts';
import { type AnyValue, anyValueText } from './metrics.ts';

/** Lists and maps may nest; deeper than this is an attack, not telemetry. */
const MAX_DEPTH = 32;

/** Reads a KeyValue that ends at `end` and appends it. */
export function readAttribute(reader: ProtoReader, end: number, into: [string, string][]): void {
  const [key, value] = readKeyValue(reader, end, 0);
  if (key !== '') into.push([key, anyValueText(value)]);
}

/** Reads a KeyValue that ends at `end`; `depth` is 0 outside of other values. */
export function readKeyValue(reader: ProtoReader, end: number, depth: number): [string, AnyValue] {
  let key = '';
  let value: AnyValue = null;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) key = reader.string(end);
    else if (tag === 0x12) value = readAnyValue(reader, reader.lengthEnd(end), depth);
    else reader.skip(tag, end);
  }
  return [key, value];
}

/** Reads an AnyValue that ends at `end`. */
export function readAnyValue(reader: ProtoReader, end: number, depth: number): AnyValue {
  if (depth > MAX_DEPTH) reader.fail('attribute values nest too deep');
  let value: AnyValue = null;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) value = reader.string(end);
    else if (tag === 0x10) value = reader.uint32(end) !== 0;
    else if (tag === 0x18) value = BigInt(reader.int64Text(end));
    else if (tag === 0x21) value = reader.double(end);
    else if (tag === 0x2a) value = readList(reader, reader.lengthEnd(end), depth + 1);
    else if (tag === 0x32) value = readMap(reader, reader.lengthEnd(end), depth + 1);
    else if (tag === 0x3a) value = reader.range(end);
    else reader.skip(tag, end);
  }
  return value;
}

function readList(reader: ProtoReader, end: number, depth: number): AnyValue {
  const list: AnyValue[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) list.push(readAnyValue(reader, reader.lengthEnd(end), depth));
    else reader.skip(tag, end);
  }
  return list;
}

function readMap(reader: ProtoReader, end: number, depth: number): AnyValue {
  const entries: [string, AnyValue][] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) entries.push(readKeyValue(reader, reader.lengthEnd(end), depth));
    else reader.skip(tag, end);
  }
  return { entries };
}
