import type { AnyMap, AnyValue } from '../../otlp/metrics.ts';
import { ProtoWriter } from '../../protobuf/writer.ts';
import type { OtlpAttributes } from './resource-labels.ts';

export interface OtlpLogRecord {
  /** Nanoseconds since the epoch; 0n where unknown. */
  readonly timeNs: bigint;
  readonly observedNs?: bigint;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body: AnyValue;
  readonly attributes?: OtlpAttributes;
  /** Hex. */
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface OtlpScopeLogs {
  readonly name?: string;
  readonly version?: string;
  readonly records: readonly OtlpLogRecord[];
}

export interface OtlpResourceLogs {
  readonly attributes: OtlpAttributes;
  readonly scopes: readonly OtlpScopeLogs[];
}

/** An ExportLogsServiceRequest in protobuf. */
export function encodeOtlpLogs(resources: readonly OtlpResourceLogs[]): Uint8Array {
  const writer = new ProtoWriter(64 * 1024);
  for (const { attributes, scopes } of resources) {
    const mark = writer.open(1);
    const resource = writer.open(1);
    writeAttributes(writer, 1, attributes);
    writer.close(resource);
    for (const { name = '', version = '', records } of scopes) {
      const scopeLogs = writer.open(2);
      const scope = writer.open(1);
      writer.string(1, name);
      writer.string(2, version);
      writer.close(scope);
      for (const record of records) writeRecord(writer, record);
      writer.close(scopeLogs);
    }
    writer.close(mark);
  }
  return writer.finish();
}

function writeRecord(writer: ProtoWriter, record: OtlpLogRecord): void {
  const mark = writer.open(2);
  writeNs(writer, 1, record.timeNs);
  writer.uint32(2, record.severityNumber ?? 0);
  writer.string(3, record.severityText ?? '');
  const body = writer.open(5);
  writeValue(writer, record.body);
  writer.close(body);
  writeAttributes(writer, 6, record.attributes ?? []);
  writer.bytes(9, Buffer.from(record.traceId ?? '', 'hex'));
  writer.bytes(10, Buffer.from(record.spanId ?? '', 'hex'));
  writeNs(writer, 11, record.observedNs ?? 0n);
  writer.close(mark);
}

/** A fixed64 has the layout of a double's words. */
function writeNs(writer: ProtoWriter, field: number, ns: bigint): void {
  writer.doubleWords(field, Number(ns & 0xffff_ffffn), Number(ns >> 32n));
}

function writeAttributes(writer: ProtoWriter, field: number, attributes: OtlpAttributes): void {
  for (const [key, value] of attributes) {
    const mark = writer.open(field);
    writer.string(1, key);
    const inner = writer.open(2);
    writeValue(writer, value);
    writer.close(inner);
    writer.close(mark);
  }
}

function writeValue(writer: ProtoWriter, value: AnyValue): void {
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'boolean') writer.uint32(2, value ? 1 : 0);
  else if (typeof value === 'bigint') writer.int64(3, Number(value));
  else if (typeof value === 'number') writer.double(4, value);
  else if (value instanceof Uint8Array) writer.bytes(7, value);
  else if (Array.isArray(value)) {
    const list = writer.open(5);
    for (const item of value as readonly AnyValue[]) {
      const mark = writer.open(1);
      writeValue(writer, item);
      writer.close(mark);
    }
    writer.close(list);
  } else if (value !== null) {
    const map = writer.open(6);
    writeAttributes(writer, 1, (value as AnyMap).entries);
    writer.close(map);
  }
}
