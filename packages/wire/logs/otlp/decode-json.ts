import { PetrelError } from '@petrel/model';
import { anyValueOf, Json } from '../../otlp/json-fields.ts';
import type { AnyValue } from '../../otlp/metrics.ts';
import type { DecodedLogs } from '../loki-proto.ts';
import { TextScratch } from '../text-scratch.ts';
import { emptyFrame, type OtlpLogOptions, OtlpLogWriter, type OtlpRecordFrame } from './otlp-log-writer.ts';
import { flattenAttribute, type OtlpAttributes } from './resource-labels.ts';
import { scopeMetadata } from './scope-metadata.ts';
import { valueText } from './value-text.ts';

const utf8 = new TextDecoder('utf-8');
const NANOS = 1_000_000_000n;

/**
 * An ExportLogsServiceRequest in OTLP/JSON: lowerCamelCase names (the original ones are taken too), 64-bit numbers as strings or numbers, ids in hex, severities as numbers
 * or by their names, unknown fields ignored. Refuses as `decodeOtlpLogsProtobuf`. Source: OTLP 1.x, "JSON Protobuf Encoding".
 */
export function decodeOtlpLogsJson(bytes: Uint8Array, options: OtlpLogOptions, nowMs: number): DecodedLogs {
  let body: unknown;
  try {
    body = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new PetrelError('DECODE_FAILED', `malformed OTLP JSON: ${(cause as Error).message}`, { cause });
  }
  const writer = new OtlpLogWriter(options, nowMs, bytes.length);
  const scratch = new TextScratch();
  for (const resourceLogs of Json.of(body, 'the body').list('resourceLogs')) {
    writer.resource(attributesOf(resourceLogs.object('resource')));
    for (const scopeLogs of resourceLogs.list('scopeLogs')) {
      const scope = scopeLogs.object('scope');
      const dropped = scope.number('droppedAttributesCount');
      writer.scope(scopeMetadata(scope.string('name'), scope.string('version'), attributesOf(scope), dropped));
      for (const record of scopeLogs.list('logRecords')) writeRecord(writer, record, scratch);
    }
  }
  return writer.finish();
}

function writeRecord(writer: OtlpLogWriter, record: Json, scratch: TextScratch): void {
  const frame = frameOf(record);
  const flat: string[] = [];
  let pairBytes = 0;
  for (const [key, value] of attributesOf(record)) flattenAttribute(key, value, flat);
  const body = scratch.write(valueText(anyValueOf(record.get('body'), `${record.path}.body`, 0)));
  const own = writer.recordMetadata(frame);
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    const value = flat[i + 1] as string;
    pairBytes += name.length + value.length;
    writer.builder.addMetadata(name, value);
  }
  writer.record(frame, own + flat.length / 2, pairBytes, scratch.bytes, 0, body);
}

function frameOf(record: Json): OtlpRecordFrame {
  const frame = emptyFrame();
  [frame.seconds, frame.nanos] = timeOf(record, 'timeUnixNano');
  [frame.observedSeconds, frame.observedNanos] = timeOf(record, 'observedTimeUnixNano');
  frame.severityNumber = severityOf(record);
  frame.severityText = record.string('severityText');
  frame.traceId = idOf(record.string('traceId'));
  frame.spanId = idOf(record.string('spanId'));
  frame.flags = record.number('flags');
  frame.droppedAttributes = record.number('droppedAttributesCount');
  frame.eventName = record.string('eventName');
  return frame;
}

function attributesOf(json: Json): OtlpAttributes {
  return json
    .list('attributes')
    .map((attribute) => [
      attribute.string('key'),
      anyValueOf(attribute.get('value'), `${attribute.path}.value`, 0) as AnyValue,
    ]);
}

function timeOf(json: Json, name: string): [number, number] {
  const value = json.get(name);
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    const ns = BigInt(value);
    return [Number(ns / NANOS), Number(ns % NANOS)];
  }
  const ns = json.number(name);
  return Number.isFinite(ns) && ns > 0 ? [Math.floor(ns / 1e9), Math.floor(ns % 1e9)] : [0, 0];
}

/** `SEVERITY_NUMBER_INFO` is not allowed by OTLP, but protobuf's own JSON writes it. */
function severityOf(record: Json): number {
  const value = record.get('severityNumber');
  const match = typeof value === 'string' ? /^SEVERITY_NUMBER_([A-Z]+)([2-4])?$/.exec(value) : null;
  if (match === null)
    return typeof value === 'string' && value.startsWith('SEVERITY_') ? 0 : record.number('severityNumber');
  const base = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(match[1] as string);
  return base < 0 ? 0 : base * 4 + Number(match[2] ?? 1);
}

function idOf(hex: string): string {
  return /^0*$/.test(hex) ? '' : hex.toLowerCase();
}
