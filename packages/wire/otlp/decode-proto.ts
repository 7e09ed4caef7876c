import { ProtoReader } from '../protobuf/reader.ts';
import { readAttribute } from './attributes-proto.ts';
import { readExponentialHistogramPoint, readHistogramPoint } from './histogram-points-proto.ts';
import type {
  Attributes,
  MetricData,
  NumberPoint,
  OtlpExemplar,
  OtlpMetric,
  OtlpMetricsRequest,
  ResourceMetrics,
  ScopeMetrics,
  SummaryPoint,
  Temporality,
} from './metrics.ts';
import { NO_RECORDED_VALUE } from './metrics.ts';
import { readExemplar, readTimeMs } from './point-fields-proto.ts';

/** An ExportMetricsServiceRequest in protobuf. Source: opentelemetry/proto/metrics/v1/metrics.proto. */
export function decodeOtlpProtobuf(bytes: Uint8Array): OtlpMetricsRequest {
  const reader = new ProtoReader(bytes);
  return { resources: readAll(reader, reader.length, 1, readResource) };
}

/** Every message of field `field` up to `end`. */
function readAll<T>(reader: ProtoReader, end: number, field: number, read: (r: ProtoReader, end: number) => T): T[] {
  const out: T[] = [];
  const wanted = field * 8 + 2;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === wanted) out.push(read(reader, reader.lengthEnd(end)));
    else reader.skip(tag, end);
  }
  return out;
}

function readResource(reader: ProtoReader, end: number): ResourceMetrics {
  const attributes: [string, string][] = [];
  const scopes: ScopeMetrics[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      const resourceEnd = reader.lengthEnd(end);
      while (reader.pos < resourceEnd) {
        const inner = reader.tag(resourceEnd);
        if (inner === 0x0a) readAttribute(reader, reader.lengthEnd(resourceEnd), attributes);
        else reader.skip(inner, resourceEnd);
      }
    } else if (tag === 0x12) scopes.push(readScope(reader, reader.lengthEnd(end)));
    else reader.skip(tag, end);
  }
  return { attributes, scopes };
}

function readScope(reader: ProtoReader, end: number): ScopeMetrics {
  let scope: { name: string; version: string; attributes: Attributes } = { name: '', version: '', attributes: [] };
  let schemaUrl = '';
  const metrics: OtlpMetric[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) scope = readScopeName(reader, reader.lengthEnd(end));
    else if (tag === 0x12) metrics.push(readMetric(reader, reader.lengthEnd(end)));
    else if (tag === 0x1a) schemaUrl = reader.string(end);
    else reader.skip(tag, end);
  }
  return { ...scope, schemaUrl, metrics };
}

function readScopeName(reader: ProtoReader, end: number): { name: string; version: string; attributes: Attributes } {
  let name = '';
  let version = '';
  const attributes: [string, string][] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) name = reader.string(end);
    else if (tag === 0x12) version = reader.string(end);
    else if (tag === 0x1a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else reader.skip(tag, end);
  }
  return { name, version, attributes };
}

function readMetric(reader: ProtoReader, end: number): OtlpMetric {
  let name = '';
  let description = '';
  let unit = '';
  let data: MetricData = { kind: 'none' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) name = reader.string(end);
    else if (tag === 0x12) description = reader.string(end);
    else if (tag === 0x1a) unit = reader.string(end);
    else if (tag === 0x2a) data = { kind: 'gauge', points: readAll(reader, reader.lengthEnd(end), 1, readNumberPoint) };
    else if (tag === 0x3a) {
      const { points, temporality, monotonic } = readAggregated(reader, reader.lengthEnd(end), readNumberPoint);
      data = { kind: 'sum', points, temporality, monotonic };
    } else if (tag === 0x4a) {
      const { points, temporality } = readAggregated(reader, reader.lengthEnd(end), readHistogramPoint);
      data = { kind: 'histogram', points, temporality };
    } else if (tag === 0x52) {
      const { points, temporality } = readAggregated(reader, reader.lengthEnd(end), readExponentialHistogramPoint);
      data = { kind: 'exponentialHistogram', points, temporality };
    } else if (tag === 0x5a) {
      data = { kind: 'summary', points: readAll(reader, reader.lengthEnd(end), 1, readSummaryPoint) };
    } else reader.skip(tag, end);
  }
  return { name, description, unit, data };
}

interface Aggregated<T> {
  readonly points: T[];
  readonly temporality: Temporality;
  readonly monotonic: boolean;
}

function readAggregated<T>(reader: ProtoReader, end: number, read: (r: ProtoReader, end: number) => T): Aggregated<T> {
  const points: T[] = [];
  let temporality: Temporality = 0;
  let monotonic = false;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) points.push(read(reader, reader.lengthEnd(end)));
    else if (tag === 0x10) temporality = temporalityOf(reader.uint32(end));
    else if (tag === 0x18) monotonic = reader.uint32(end) !== 0;
    else reader.skip(tag, end);
  }
  return { points, temporality, monotonic };
}

export function temporalityOf(code: number): Temporality {
  return code === 1 || code === 2 ? code : 0;
}

function readNumberPoint(reader: ProtoReader, end: number): NumberPoint {
  const attributes: [string, string][] = [];
  const exemplars: OtlpExemplar[] = [];
  let startTMs = 0;
  let tMs = 0;
  let value = 0;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x3a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else if (tag === 0x11) startTMs = readTimeMs(reader, end);
    else if (tag === 0x19) tMs = readTimeMs(reader, end);
    else if (tag === 0x21) value = reader.double(end);
    else if (tag === 0x31) value = reader.sfixed64(end);
    else if (tag === 0x2a) exemplars.push(readExemplar(reader, reader.lengthEnd(end)));
    else if (tag === 0x40) flags = reader.uint32(end);
    else reader.skip(tag, end);
  }
  return { attributes, exemplars, startTMs, tMs, value, noRecordedValue: (flags & NO_RECORDED_VALUE) !== 0 };
}

function readSummaryPoint(reader: ProtoReader, end: number): SummaryPoint {
  const attributes: [string, string][] = [];
  const quantiles: [number, number][] = [];
  let startTMs = 0;
  let tMs = 0;
  let count = 0;
  let sum = 0;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x3a) readAttribute(reader, reader.lengthEnd(end), attributes);
    else if (tag === 0x11) startTMs = readTimeMs(reader, end);
    else if (tag === 0x19) tMs = readTimeMs(reader, end);
    else if (tag === 0x21) count = reader.fixed64(end);
    else if (tag === 0x29) sum = reader.double(end);
    else if (tag === 0x32) quantiles.push(readQuantile(reader, reader.lengthEnd(end)));
    else if (tag === 0x40) flags = reader.uint32(end);
    else reader.skip(tag, end);
  }
  const noRecordedValue = (flags & NO_RECORDED_VALUE) !== 0;
  return { attributes, exemplars: [], startTMs, tMs, count, sum, quantiles, noRecordedValue };
}

function readQuantile(reader: ProtoReader, end: number): [number, number] {
  const out: [number, number] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x09) out[0] = reader.double(end);
    else if (tag === 0x11) out[1] = reader.double(end);
    else reader.skip(tag, end);
  }
  return out;
}
