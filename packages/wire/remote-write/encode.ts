import type { ExemplarRow, FloatHistogram, HistogramSample, Labels, MetricMetadata, Span } from '@petrel/model';
import { STALE_NAN_HIGH, STALE_NAN_LOW, wordsOf } from '@petrel/model';
import { ProtoWriter } from '../protobuf/writer.ts';
import { METRIC_TYPES } from './decode-v1.ts';

/** One series to send: samples are `[from, to)` of the columns, ascending by time. */
export interface RemoteWriteSeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  /** Sent by 2.0 only; 0 when unknown. */
  readonly startTimestampsMs?: Float64Array;
  readonly histograms?: readonly HistogramSample[];
  readonly exemplars?: readonly Omit<ExemplarRow, 'ref'>[];
  /** Sent by 2.0 only: 1.0 has its own list. */
  readonly metadata?: MetricMetadata;
}

/** A prometheus.WriteRequest, uncompressed. */
export function encodeRemoteWrite1(
  series: readonly RemoteWriteSeries[],
  metadata: readonly MetricMetadata[] = [],
): Uint8Array {
  const writer = new ProtoWriter(series.length * 256);
  for (const one of series) {
    const mark = writer.open(1);
    writeLabels(writer, one.labels);
    writeSamples(writer, one, false);
    for (const exemplar of one.exemplars ?? []) {
      const inner = writer.open(3);
      writeLabels(writer, exemplar.labels);
      writer.double(2, exemplar.value);
      writer.int64(3, exemplar.tMs);
      writer.close(inner);
    }
    for (const sample of one.histograms ?? []) writeHistogram(writer, 4, sample, false);
    writer.close(mark);
  }
  for (const { metric, type, help, unit } of metadata) {
    const mark = writer.open(3);
    writer.uint32(1, METRIC_TYPES.indexOf(type));
    writer.string(2, metric);
    if (help !== '') writer.string(4, help);
    if (unit !== '') writer.string(5, unit);
    writer.close(mark);
  }
  return writer.finish();
}

/** An io.prometheus.write.v2.Request, uncompressed. */
export function encodeRemoteWrite2(series: readonly RemoteWriteSeries[]): Uint8Array {
  const writer = new ProtoWriter(series.length * 128);
  const symbols = new Map<string, number>([['', 0]]);
  const refOf = (text: string): number => {
    let ref = symbols.get(text);
    if (ref === undefined) {
      ref = symbols.size;
      symbols.set(text, ref);
    }
    return ref;
  };
  for (const one of series) {
    const mark = writer.open(5);
    writer.packed(1, one.labels.pairs.map(refOf), 'uint32');
    writeSamples(writer, one, true);
    for (const sample of one.histograms ?? []) writeHistogram(writer, 3, sample, true);
    for (const exemplar of one.exemplars ?? []) {
      const inner = writer.open(4);
      writer.packed(1, exemplar.labels.pairs.map(refOf), 'uint32');
      writer.double(2, exemplar.value);
      writer.int64(3, exemplar.tMs);
      writer.close(inner);
    }
    if (one.metadata !== undefined) {
      const inner = writer.open(5);
      writer.uint32(1, METRIC_TYPES.indexOf(one.metadata.type));
      writer.uint32(3, refOf(one.metadata.help));
      writer.uint32(4, refOf(one.metadata.unit));
      writer.close(inner);
    }
    writer.close(mark);
  }
  for (const symbol of symbols.keys()) writer.string(4, symbol);
  return writer.finish();
}

function writeLabels(writer: ProtoWriter, { pairs }: Labels): void {
  for (let i = 0; i < pairs.length; i += 2) {
    const mark = writer.open(1);
    writer.string(1, pairs[i] as string);
    writer.string(2, pairs[i + 1] as string);
    writer.close(mark);
  }
}

function writeSamples(writer: ProtoWriter, series: RemoteWriteSeries, starts: boolean): void {
  const words = wordsOf(series.values);
  for (let i = series.from; i < series.to; i++) {
    const mark = writer.open(2);
    writer.doubleWords(1, words[2 * i] as number, words[2 * i + 1] as number);
    writer.int64(2, series.timestampsMs[i] as number);
    const startMs = series.startTimestampsMs?.[i] ?? 0;
    if (starts && startMs !== 0) writer.int64(3, startMs);
    writer.close(mark);
  }
}

const HINTS = { unknown: 0, reset: 1, not_reset: 2, gauge: 3 } as const;

/** As a float histogram: counts are absolute then, and what was an integer one loses nothing below 2^53. */
function writeHistogram(writer: ProtoWriter, field: number, sample: HistogramSample, starts: boolean): void {
  const h: FloatHistogram = sample.histogram;
  const mark = writer.open(field);
  writer.double(2, h.count);
  if (sample.stale) writer.doubleWords(3, STALE_NAN_LOW, STALE_NAN_HIGH);
  else writer.double(3, h.sum);
  writer.sint32(4, h.schema);
  writer.double(5, h.zeroThreshold);
  writer.double(7, h.zeroCount);
  writeSpans(writer, 8, h.negativeSpans);
  writer.packed(10, h.negativeBuckets, 'double');
  writeSpans(writer, 11, h.positiveSpans);
  writer.packed(13, h.positiveBuckets, 'double');
  writer.uint32(14, HINTS[h.counterResetHint]);
  writer.int64(15, sample.tMs);
  writer.packed(16, h.customValues, 'double');
  if (starts && sample.startTMs !== undefined) writer.int64(17, sample.startTMs);
  writer.close(mark);
}

function writeSpans(writer: ProtoWriter, field: number, spans: readonly Span[]): void {
  for (const { offset, length } of spans) {
    const mark = writer.open(field);
    writer.sint32(1, offset);
    writer.uint32(2, length);
    writer.close(mark);
  }
}
