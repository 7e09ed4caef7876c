import type { ProtoReader } from '../protobuf/reader.ts';
import { readAttribute } from './attributes-proto.ts';
import type { OtlpExemplar } from './metrics.ts';

export function readExemplar(reader: ProtoReader, end: number): OtlpExemplar {
  const attributes: [string, string][] = [];
  let tMs = 0;
  let value = 0;
  let traceId = '';
  let spanId = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x3a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else if (tag === 0x11) tMs = readTimeMs(reader, end);
    else if (tag === 0x19) value = reader.double(end);
    else if (tag === 0x31) value = reader.sfixed64(end);
    else if (tag === 0x22) spanId = hexOf(reader.range(end));
    else if (tag === 0x2a) traceId = hexOf(reader.range(end));
    else reader.skip(tag, end);
  }
  return { attributes, tMs, value, traceId, spanId };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** A fixed64 of nanoseconds since the epoch, cut to milliseconds. */
export function readTimeMs(reader: ProtoReader, end: number): number {
  const at = reader.pos;
  reader.skip(1, end);
  const low = reader.view.getUint32(at, true);
  const high = reader.view.getUint32(at + 4, true);
  // Both halves in units of a millisecond: the sum in nanoseconds would not be exact.
  const whole = Math.floor(high / 15625) * 67108864;
  const rest = (high % 15625) * 4294967296 + low;
  return whole + Math.floor(rest / 1e6);
}
