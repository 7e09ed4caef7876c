import type { FloatHistogram, Span } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import { absoluteCounts, refusalOfHistogram } from '../histogram/native-histogram.ts';
import type { ProtoReader } from '../protobuf/reader.ts';
import { readRepeated, readSpan } from '../remote-write/histogram.ts';

export interface ClientExemplar {
  readonly pairs: readonly string[];
  readonly value: number;
  readonly tMs: number | undefined;
}

export interface ClientBucket {
  readonly upperBound: number;
  readonly count: number;
  readonly exemplar: ClientExemplar | undefined;
}

interface MetricFrame {
  /** Labels flat, as sent. */
  readonly pairs: readonly string[];
  readonly tMs: number | undefined;
  /** 0 when unknown. */
  readonly startTMs: number;
}

export interface ClientHistogram {
  readonly kind: 'histogram';
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly ClientBucket[];
  /** Present when the metric has native buckets (or says with an empty span that it would have). */
  readonly native: FloatHistogram | undefined;
  readonly exemplars: readonly ClientExemplar[];
}

type MetricBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: number; readonly exemplars: readonly ClientExemplar[] }
  | {
      readonly kind: 'summary';
      readonly count: number;
      readonly sum: number;
      readonly quantiles: readonly (readonly [quantile: number, value: number])[];
    }
  | ClientHistogram;

/** An io.prometheus.client.Metric. */
export type ClientMetric = MetricFrame & MetricBody;

export function readMetric(reader: ProtoReader, end: number): ClientMetric {
  const pairs: string[] = [];
  let tMs: number | undefined;
  let body: MetricBody & { startTMs?: number } = { kind: 'none' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readPair(reader, reader.lengthEnd(end), pairs);
    else if (tag === 0x12 || tag === 0x2a) body = readValue(reader, reader.lengthEnd(end), false);
    else if (tag === 0x1a) body = readValue(reader, reader.lengthEnd(end), true);
    else if (tag === 0x22) body = readSummary(reader, reader.lengthEnd(end));
    else if (tag === 0x3a) body = readClientHistogram(reader, reader.lengthEnd(end));
    else if (tag === 0x30) tMs = reader.int64(end);
    else reader.skip(tag, end);
  }
  return { startTMs: 0, ...body, pairs, tMs };
}

function readPair(reader: ProtoReader, end: number, pairs: string[]): void {
  let name = '';
  let value = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) name = reader.string(end);
    else if (tag === 0x12) value = reader.string(end);
    else reader.skip(tag, end);
  }
  if (name === '') throw new PetrelError('DECODE_FAILED', 'empty label name');
  pairs.push(name, value);
}

/** Gauge, Untyped and Counter: the value is field 1 of each; a counter has an exemplar and a start besides. */
function readValue(reader: ProtoReader, end: number, counter: boolean): MetricBody & { startTMs: number } {
  let value = 0;
  let startTMs = 0;
  const exemplars: ClientExemplar[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x09) value = reader.double(end);
    else if (counter && tag === 0x12) exemplars.push(readExemplar(reader, reader.lengthEnd(end)));
    else if (counter && tag === 0x1a) startTMs = readTimestamp(reader, reader.lengthEnd(end));
    else reader.skip(tag, end);
  }
  return { kind: 'value', value, exemplars, startTMs };
}

function readSummary(reader: ProtoReader, end: number): MetricBody & { startTMs: number } {
  let count = 0;
  let sum = 0;
  let startTMs = 0;
  const quantiles: [number, number][] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) count = reader.uint64(end);
    else if (tag === 0x11) sum = reader.double(end);
    else if (tag === 0x1a) quantiles.push(readTwoDoubles(reader, reader.lengthEnd(end)));
    else if (tag === 0x22) startTMs = readTimestamp(reader, reader.lengthEnd(end));
    else reader.skip(tag, end);
  }
  return { kind: 'summary', count, sum, quantiles, startTMs };
}

function readTwoDoubles(reader: ProtoReader, end: number): [number, number] {
  const out: [number, number] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x09) out[0] = reader.double(end);
    else if (tag === 0x11) out[1] = reader.double(end);
    else reader.skip(tag, end);
  }
  return out;
}

function readClientHistogram(reader: ProtoReader, end: number): ClientHistogram & { startTMs: number } {
  let count = 0;
  let countFloat = 0;
  let sum = 0;
  let schema = 0;
  let zeroThreshold = 0;
  let zeroCount = 0;
  let zeroCountFloat = 0;
  let startTMs = 0;
  const buckets: ClientBucket[] = [];
  const positiveSpans: Span[] = [];
  const negativeSpans: Span[] = [];
  const positiveDeltas: number[] = [];
  const negativeDeltas: number[] = [];
  const positiveCounts: number[] = [];
  const negativeCounts: number[] = [];
  const exemplars: ClientExemplar[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) count = reader.uint64(end);
    else if (tag === 0x21) countFloat = reader.double(end);
    else if (tag === 0x11) sum = reader.double(end);
    else if (tag === 0x1a) buckets.push(readBucket(reader, reader.lengthEnd(end)));
    else if (tag === 0x28) schema = reader.sint32(end);
    else if (tag === 0x31) zeroThreshold = reader.double(end);
    else if (tag === 0x38) zeroCount = reader.uint64(end);
    else if (tag === 0x41) zeroCountFloat = reader.double(end);
    else if (tag === 0x4a) negativeSpans.push(readSpan(reader, reader.lengthEnd(end)));
    else if (tag === 0x62) positiveSpans.push(readSpan(reader, reader.lengthEnd(end)));
    else if (tag === 0x7a) startTMs = readTimestamp(reader, reader.lengthEnd(end));
    else if (tag === 0x82) exemplars.push(readExemplar(reader, reader.lengthEnd(end)));
    else if (readRepeated(reader, tag, end, negativeDeltas, 10, 'sint64')) continue;
    else if (readRepeated(reader, tag, end, negativeCounts, 11, 'double')) continue;
    else if (readRepeated(reader, tag, end, positiveDeltas, 13, 'sint64')) continue;
    else if (!readRepeated(reader, tag, end, positiveCounts, 14, 'double')) reader.skip(tag, end);
  }
  const isNative =
    positiveSpans.length > 0 || negativeSpans.length > 0 || zeroThreshold > 0 || zeroCount > 0 || zeroCountFloat > 0;
  const isFloat = countFloat > 0 || zeroCountFloat > 0;
  const native: FloatHistogram | undefined = isNative
    ? {
        counterResetHint: 'unknown',
        schema,
        zeroThreshold,
        zeroCount: isFloat ? zeroCountFloat : zeroCount,
        count: isFloat ? countFloat : count,
        sum,
        // The one empty span at 0 by which a client marks an empty native histogram is no bucket.
        positiveSpans: positiveSpans.filter(({ length }, i) => i > 0 || length > 0 || positiveSpans.length > 1),
        positiveBuckets: isFloat ? positiveCounts : absoluteCounts(positiveDeltas),
        negativeSpans,
        negativeBuckets: isFloat ? negativeCounts : absoluteCounts(negativeDeltas),
        customValues: [],
      }
    : undefined;
  if (native !== undefined) {
    const refusal = refusalOfHistogram(native);
    if (refusal !== undefined) throw new PetrelError('DECODE_FAILED', `invalid native histogram: ${refusal}`);
  }
  return { kind: 'histogram', count: countFloat > 0 ? countFloat : count, sum, buckets, native, exemplars, startTMs };
}

function readBucket(reader: ProtoReader, end: number): ClientBucket {
  let count = 0;
  let countFloat = 0;
  let upperBound = 0;
  let exemplar: ClientExemplar | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) count = reader.uint64(end);
    else if (tag === 0x21) countFloat = reader.double(end);
    else if (tag === 0x11) upperBound = reader.double(end);
    else if (tag === 0x1a) exemplar = readExemplar(reader, reader.lengthEnd(end));
    else reader.skip(tag, end);
  }
  return { upperBound, count: countFloat > 0 ? countFloat : count, exemplar };
}

function readExemplar(reader: ProtoReader, end: number): ClientExemplar {
  const pairs: string[] = [];
  let value = 0;
  let tMs: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readPair(reader, reader.lengthEnd(end), pairs);
    else if (tag === 0x11) value = reader.double(end);
    else if (tag === 0x1a) tMs = readTimestamp(reader, reader.lengthEnd(end));
    else reader.skip(tag, end);
  }
  return { pairs, value, tMs };
}

/** A google.protobuf.Timestamp in whole milliseconds. */
function readTimestamp(reader: ProtoReader, end: number): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) seconds = reader.int64(end);
    else if (tag === 0x10) nanos = reader.int64(end);
    else reader.skip(tag, end);
  }
  return seconds * 1000 + Math.trunc(nanos / 1e6);
}
