import type { CounterResetHint, FloatHistogram, Span } from '@petrel/model';

const HINTS: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];
const VERSION = 1;
const STALE = 0x80;

/**
 * One binary value for a native histogram, exact in every bit: version and flags, schema, then the numbers as doubles; spans as 32-bit
 * pairs. A staleness marker is the flag alone.
 */
export function encodeHistogram(histogram: FloatHistogram, stale: boolean): Uint8Array {
  if (stale) return Uint8Array.of(VERSION | STALE);
  const h = histogram;
  const doubles = h.positiveBuckets.length + h.negativeBuckets.length + h.customValues.length;
  const spans = h.positiveSpans.length + h.negativeSpans.length;
  const view = new DataView(new ArrayBuffer(3 + 5 * 4 + 4 * 8 + doubles * 8 + spans * 8));
  let at = 0;
  const int = (n: number) => {
    view.setInt32(at, n, true);
    at += 4;
  };
  const double = (n: number) => {
    view.setFloat64(at, n, true);
    at += 8;
  };
  view.setUint8(at++, VERSION);
  view.setUint8(at++, HINTS.indexOf(h.counterResetHint));
  view.setInt8(at++, h.schema);
  for (const list of [h.positiveSpans, h.negativeSpans, h.positiveBuckets, h.negativeBuckets, h.customValues]) {
    int(list.length);
  }
  for (const n of [h.zeroThreshold, h.zeroCount, h.count, h.sum]) double(n);
  for (const span of [...h.positiveSpans, ...h.negativeSpans]) {
    int(span.offset);
    int(span.length);
  }
  for (const list of [h.positiveBuckets, h.negativeBuckets, h.customValues]) list.forEach(double);
  return new Uint8Array(view.buffer);
}

/** Throws RangeError on bytes that `encodeHistogram` did not write. */
export function decodeHistogram(bytes: Uint8Array): { histogram: FloatHistogram; stale: boolean } {
  if (bytes[0] === (VERSION | STALE)) return { histogram: EMPTY, stale: true };
  if (bytes[0] !== VERSION) throw new RangeError(`a stored histogram of version ${bytes[0]}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 1;
  const int = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const double = () => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  const counterResetHint = HINTS[view.getUint8(at++)] ?? 'unknown';
  const schema = view.getInt8(at++);
  const sizes = [int(), int(), int(), int(), int()] as [number, number, number, number, number];
  const [zeroThreshold, zeroCount, count, sum] = [double(), double(), double(), double()];
  const spans = (n: number): Span[] => Array.from({ length: n }, () => ({ offset: int(), length: int() }));
  const doubles = (n: number): number[] => Array.from({ length: n }, double);
  if (bytes.length !== at + 8 * sizes.reduce((a, b) => a + b, 0))
    throw new RangeError('a stored histogram is cut short');
  return {
    stale: false,
    histogram: {
      counterResetHint,
      schema,
      zeroThreshold,
      zeroCount,
      count,
      sum,
      positiveSpans: spans(sizes[0]),
      negativeSpans: spans(sizes[1]),
      positiveBuckets: doubles(sizes[2]),
      negativeBuckets: doubles(sizes[3]),
      customValues: doubles(sizes[4]),
    },
  };
}

const EMPTY: FloatHistogram = {
  counterResetHint: 'unknown',
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};
