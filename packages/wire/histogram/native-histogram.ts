import type { FloatHistogram, Span } from '@petrel/model';
import { CUSTOM_BUCKETS_SCHEMA } from '@petrel/model';

/** Bucket counts from the deltas that integer histograms carry. */
export function absoluteCounts(deltas: readonly number[]): number[] {
  const counts = new Array<number>(deltas.length);
  let count = 0;
  for (let i = 0; i < deltas.length; i++) {
    count += deltas[i] as number;
    counts[i] = count;
  }
  return counts;
}

/**
 * Why a histogram cannot be stored, or undefined when it can: the checks of Prometheus's FloatHistogram.Validate that do
 * not depend on rounding.
 */
export function refusalOfHistogram(h: FloatHistogram): string | undefined {
  if (h.schema === CUSTOM_BUCKETS_SCHEMA) {
    if (h.negativeSpans.length > 0 || h.negativeBuckets.length > 0) return 'custom buckets with negative buckets';
    if (h.zeroCount !== 0) return 'custom buckets with a zero bucket';
    for (let i = 0; i < h.customValues.length; i++) {
      const bound = h.customValues[i] as number;
      if (Number.isNaN(bound) || bound === Infinity) return `custom bucket bound ${bound}`;
      if (i > 0 && bound <= (h.customValues[i - 1] as number)) return 'custom bucket bounds that do not ascend';
    }
    const span = refusalOfSpans(h.positiveSpans, h.positiveBuckets, h.customValues.length + 1);
    if (span !== undefined) return span;
  } else {
    if (h.schema < -9 || h.schema > 52) return `histogram schema ${h.schema}`;
    if (h.customValues.length > 0) return `custom bucket bounds with schema ${h.schema}`;
  }
  for (const [spans, buckets] of [
    [h.positiveSpans, h.positiveBuckets],
    [h.negativeSpans, h.negativeBuckets],
  ] as const) {
    const refusal = refusalOfSpans(spans, buckets, Infinity);
    if (refusal !== undefined) return refusal;
  }
  if (!(h.count >= 0) || !(h.zeroCount >= 0)) return 'a negative count';
  return undefined;
}

function refusalOfSpans(spans: readonly Span[], buckets: readonly number[], maxIndex: number): string | undefined {
  let slots = 0;
  let index = 0;
  for (let i = 0; i < spans.length; i++) {
    const { offset, length } = spans[i] as Span;
    if (i > 0 && offset < 0) return 'a negative offset between spans';
    index += offset + length;
    slots += length;
  }
  if (index > maxIndex) return 'spans beyond the custom buckets';
  if (slots !== buckets.length) return `spans for ${slots} buckets, but ${buckets.length} counts`;
  for (const count of buckets) if (!(count >= 0)) return 'a negative bucket count';
  return undefined;
}
