import type { ProtoReader } from '../protobuf/reader.ts';
import { readAttribute } from './attributes-proto.ts';
import type { ExponentialBuckets, ExponentialHistogramPoint, HistogramPoint, OtlpExemplar } from './metrics.ts';
import { NO_RECORDED_VALUE } from './metrics.ts';
import { readExemplar, readTimeMs } from './point-fields-proto.ts';

export function readHistogramPoint(reader: ProtoReader, end: number): HistogramPoint {
  const attributes: [string, string][] = [];
  const exemplars: OtlpExemplar[] = [];
  const bucketCounts: number[] = [];
  const bounds: number[] = [];
  let startTMs = 0;
  let tMs = 0;
  let count = 0;
  let sum: number | undefined;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x4a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else if (tag === 0x11) startTMs = readTimeMs(reader, end);
    else if (tag === 0x19) tMs = readTimeMs(reader, end);
    else if (tag === 0x21) count = reader.fixed64(end);
    else if (tag === 0x29) sum = reader.double(end);
    else if (tag === 0x32) {
      const packedEnd = reader.lengthEnd(end);
      while (reader.pos < packedEnd) bucketCounts.push(reader.fixed64(packedEnd));
    } else if (tag === 0x31) bucketCounts.push(reader.fixed64(end));
    else if (tag === 0x3a) {
      const packedEnd = reader.lengthEnd(end);
      while (reader.pos < packedEnd) bounds.push(reader.double(packedEnd));
    } else if (tag === 0x39) bounds.push(reader.double(end));
    else if (tag === 0x42) exemplars.push(readExemplar(reader, reader.lengthEnd(end)));
    else if (tag === 0x50) flags = reader.uint32(end);
    else reader.skip(tag, end);
  }
  const noRecordedValue = (flags & NO_RECORDED_VALUE) !== 0;
  return { attributes, exemplars, startTMs, tMs, count, sum, bucketCounts, bounds, noRecordedValue };
}

const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

export function readExponentialHistogramPoint(reader: ProtoReader, end: number): ExponentialHistogramPoint {
  const attributes: [string, string][] = [];
  const exemplars: OtlpExemplar[] = [];
  let startTMs = 0;
  let tMs = 0;
  let count = 0;
  let sum: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  let zeroThreshold = 0;
  let positive = NO_BUCKETS;
  let negative = NO_BUCKETS;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else if (tag === 0x11) startTMs = readTimeMs(reader, end);
    else if (tag === 0x19) tMs = readTimeMs(reader, end);
    else if (tag === 0x21) count = reader.fixed64(end);
    else if (tag === 0x29) sum = reader.double(end);
    else if (tag === 0x30) scale = reader.sint32(end);
    else if (tag === 0x39) zeroCount = reader.fixed64(end);
    else if (tag === 0x42) positive = readBuckets(reader, reader.lengthEnd(end));
    else if (tag === 0x4a) negative = readBuckets(reader, reader.lengthEnd(end));
    else if (tag === 0x50) flags = reader.uint32(end);
    else if (tag === 0x5a) exemplars.push(readExemplar(reader, reader.lengthEnd(end)));
    else if (tag === 0x71) zeroThreshold = reader.double(end);
    else reader.skip(tag, end);
  }
  const noRecordedValue = (flags & NO_RECORDED_VALUE) !== 0;
  const frame = { attributes, exemplars, startTMs, tMs, noRecordedValue };
  return { ...frame, count, sum, scale, zeroCount, zeroThreshold, positive, negative };
}

function readBuckets(reader: ProtoReader, end: number): ExponentialBuckets {
  let offset = 0;
  const counts: number[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) offset = reader.sint32(end);
    else if (tag === 0x12) {
      const packedEnd = reader.lengthEnd(end);
      while (reader.pos < packedEnd) counts.push(reader.uint64(packedEnd));
    } else if (tag === 0x10) counts.push(reader.uint64(end));
    else reader.skip(tag, end);
  }
  return { offset, counts };
}
