import type { FloatHistogram } from '@petrel/model';
import { sparse, usesCustomBuckets } from './bounds.ts';

/** The same layout (empty buckets included) and the same numbers; the hint does not count. NaN equals NaN. */
export function equalHistograms(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    a.zeroCount === b.zeroCount &&
    a.count === b.count &&
    Object.is(a.sum + 0, b.sum + 0) &&
    (!usesCustomBuckets(a) || sameNumbers(a.customValues, b.customValues)) &&
    sameSide(a.positiveSpans, a.positiveBuckets, b.positiveSpans, b.positiveBuckets) &&
    sameSide(a.negativeSpans, a.negativeBuckets, b.negativeSpans, b.negativeBuckets)
  );
}

type Spans = FloatHistogram['positiveSpans'];

function sameSide(spansA: Spans, a: readonly number[], spansB: Spans, b: readonly number[]): boolean {
  return sameNumbers(a, b) && sameNumbers(sparse(spansA, a).indices, sparse(spansB, b).indices);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, i) => Object.is(x + 0, (b[i] as number) + 0));
}
