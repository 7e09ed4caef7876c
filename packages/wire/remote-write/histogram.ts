import type { CounterResetHint, FloatHistogram, HistogramSample, Span } from '@petrel/model';
import { STALE_NAN_HIGH, STALE_NAN_LOW } from '@petrel/model';
import { absoluteCounts, refusalOfHistogram } from '../histogram/native-histogram.ts';
import { type ProtoReader, WIRE_BYTES } from '../protobuf/reader.ts';

const RESET_HINTS: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** A decoded histogram message, or why its content is no histogram. */
export type HistogramOutcome = { readonly sample: HistogramSample } | { readonly refusal: string };

/** Reads a Histogram message of remote write 1.0 or 2.0 (the same but for the start time) that ends at `end`. */
export function readHistogram(reader: ProtoReader, end: number): HistogramOutcome {
  let isInteger = false;
  let count = 0;
  let sum = 0;
  let stale = false;
  let schema = 0;
  let zeroThreshold = 0;
  let zeroCount = 0;
  let hint = 0;
  let tMs = 0;
  let startTMs = 0;
  const negativeSpans: Span[] = [];
  const positiveSpans: Span[] = [];
  const negativeDeltas: number[] = [];
  const positiveDeltas: number[] = [];
  const negativeCounts: number[] = [];
  const positiveCounts: number[] = [];
  const customValues: number[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x08:
        count = reader.uint64(end);
        isInteger = true;
        break;
      case 0x11:
        count = reader.double(end);
        isInteger = false;
        break;
      case 0x19:
        sum = reader.double(end);
        stale = isStaleBefore(reader);
        break;
      case 0x20:
        schema = reader.sint32(end);
        break;
      case 0x29:
        zeroThreshold = reader.double(end);
        break;
      case 0x30:
        zeroCount = reader.uint64(end);
        break;
      case 0x39:
        zeroCount = reader.double(end);
        break;
      case 0x42:
        negativeSpans.push(readSpan(reader, reader.lengthEnd(end)));
        break;
      case 0x5a:
        positiveSpans.push(readSpan(reader, reader.lengthEnd(end)));
        break;
      case 0x70:
        hint = reader.uint32(end);
        break;
      case 0x78:
        tMs = reader.int64(end);
        break;
      case 0x88:
        startTMs = reader.int64(end);
        break;
      default:
        if (!readRepeated(reader, tag, end, negativeDeltas, 9, 'sint64')) {
          if (!readRepeated(reader, tag, end, negativeCounts, 10, 'double')) {
            if (!readRepeated(reader, tag, end, positiveDeltas, 12, 'sint64')) {
              if (!readRepeated(reader, tag, end, positiveCounts, 13, 'double')) {
                if (!readRepeated(reader, tag, end, customValues, 16, 'double')) reader.skip(tag, end);
              }
            }
          }
        }
    }
  }
  const histogram: FloatHistogram = {
    counterResetHint: RESET_HINTS[hint] ?? 'unknown',
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets: isInteger || positiveCounts.length === 0 ? absoluteCounts(positiveDeltas) : positiveCounts,
    negativeSpans,
    negativeBuckets: isInteger || negativeCounts.length === 0 ? absoluteCounts(negativeDeltas) : negativeCounts,
    customValues,
  };
  const times = startTMs === 0 ? { tMs } : { tMs, startTMs };
  if (stale) return { sample: { ...times, histogram, stale } };
  const refusal = refusalOfHistogram(histogram);
  return refusal === undefined ? { sample: { ...times, histogram } } : { refusal };
}

function isStaleBefore(reader: ProtoReader): boolean {
  const { view, pos } = reader;
  return view.getUint32(pos - 8, true) === STALE_NAN_LOW && view.getUint32(pos - 4, true) === STALE_NAN_HIGH;
}

export function readSpan(reader: ProtoReader, end: number): Span {
  let offset = 0;
  let length = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) offset = reader.sint32(end);
    else if (tag === 0x10) length = reader.uint32(end);
    else reader.skip(tag, end);
  }
  return { offset, length };
}

/** Appends a packed or a single element of repeated field `field`; false when `tag` is another field's. */
export function readRepeated(
  reader: ProtoReader,
  tag: number,
  end: number,
  into: number[],
  field: number,
  coding: 'sint64' | 'double',
): boolean {
  if (tag >>> 3 !== field) return false;
  if ((tag & 7) === WIRE_BYTES) {
    const packedEnd = reader.lengthEnd(end);
    while (reader.pos < packedEnd) into.push(coding === 'double' ? reader.double(packedEnd) : reader.sint64(packedEnd));
    return true;
  }
  if ((tag & 7) !== (coding === 'double' ? 1 : 0)) return false;
  into.push(coding === 'double' ? reader.double(end) : reader.sint64(end));
  return true;
}
