import type { CounterResetHint, FloatHistogram } from '@petrel/model';
import { sparse, toSpans, usesCustomBuckets } from './bounds.ts';
import {
  boundsMatch,
  finished,
  intersectBounds,
  mapToBounds,
  mergeSide,
  reconcileZeroBuckets,
  reduceSchema,
  schemasDiffer,
  type WorkingCopy,
  workingCopy,
} from './working-copy.ts';

/** What the caller has to annotate besides the result. */
export interface CombineNotes {
  /** One side said `reset`, the other `not_reset`: warn of a conflicting counter reset. */
  readonly counterResetCollision: boolean;
  /** Custom bounds differed and were reduced to those that both have: inform. */
  readonly boundsReconciled: boolean;
}

export interface Combined extends CombineNotes {
  readonly histogram: FloatHistogram;
}

/** False for an exponential histogram and one with custom buckets: they cannot be added, subtracted or compared by buckets. */
export function combinable(a: FloatHistogram, b: FloatHistogram): boolean {
  return !schemasDiffer(a, b);
}

/**
 * a + b, in the lower of both resolutions, with the wider zero bucket. Throws an Error when they are not `combinable`: ask before. The result
 * may hold empty buckets (`compactHistogram` removes them).
 */
export function addHistograms(a: FloatHistogram, b: FloatHistogram): Combined {
  return combine(a, b, 1);
}

/** a - b, otherwise as `addHistograms`. Where the language subtracts, the caller sets the hint to `gauge`. */
export function subHistograms(a: FloatHistogram, b: FloatHistogram): Combined {
  return combine(a, b, -1);
}

function combine(a: FloatHistogram, b: FloatHistogram, sign: 1 | -1): Combined {
  const target = workingCopy(a);
  const notes = mergeInto(target, b, sign);
  return { histogram: finished(target, false), ...notes };
}

/** Changes `target`; the compensation terms go along. */
export function mergeInto(target: WorkingCopy, other: FloatHistogram, sign: 1 | -1): CombineNotes {
  if (schemasDiffer(target, other))
    throw new Error('an exponential histogram cannot be combined with one of custom buckets');
  const source = workingCopy(other);
  const { hint, collision } = combineHints(target.hint, source.hint);
  target.hint = hint;
  let boundsReconciled = false;
  if (usesCustomBuckets(target)) {
    if (!boundsMatch(target.customValues, source.customValues)) {
      boundsReconciled = true;
      const bounds = intersectBounds(target.customValues, source.customValues);
      mapToBounds(target, bounds);
      mapToBounds(source, bounds);
    }
  } else {
    reconcileZeroBuckets(target, source);
    const schema = Math.min(target.schema, source.schema);
    reduceSchema(target, schema);
    reduceSchema(source, schema);
    target.zeroCount.add(sign * source.zeroCount.sum).add(sign * source.zeroCount.error);
    mergeSide(target.negative, source.negative, sign);
  }
  target.count.add(sign * source.count.sum);
  target.sum.add(sign * source.sum.sum);
  mergeSide(target.positive, source.positive, sign);
  return { counterResetCollision: collision, boundsReconciled };
}

/** The hint of a sum: a gauge wins, then the unknown; `reset` and `not_reset` contradict each other. */
export function combineHints(
  a: CounterResetHint,
  b: CounterResetHint,
): { readonly hint: CounterResetHint; readonly collision: boolean } {
  if (a === b) return { hint: a, collision: false };
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', collision: false };
  return { hint: 'unknown', collision: a !== 'unknown' && b !== 'unknown' };
}

/** Every count, and the sum, times `factor`; a negative factor makes a gauge of it. */
export function mulHistogram(h: FloatHistogram, factor: number): FloatHistogram {
  return {
    ...h,
    counterResetHint: factor < 0 ? 'gauge' : h.counterResetHint,
    zeroCount: h.zeroCount * factor,
    count: h.count * factor,
    sum: h.sum * factor,
    positiveBuckets: h.positiveBuckets.map((count) => count * factor),
    negativeBuckets: h.negativeBuckets.map((count) => count * factor),
  };
}

/** Divided by `divisor`. By 0: infinite or NaN totals, and no buckets are left. */
export function divHistogram(h: FloatHistogram, divisor: number): FloatHistogram {
  const totals = { zeroCount: h.zeroCount / divisor, count: h.count / divisor, sum: h.sum / divisor };
  if (divisor === 0) {
    const none = { positiveSpans: [], positiveBuckets: [], negativeSpans: [], negativeBuckets: [] };
    return { ...h, ...totals, ...none };
  }
  return {
    ...h,
    ...totals,
    counterResetHint: divisor < 0 ? 'gauge' : h.counterResetHint,
    positiveBuckets: h.positiveBuckets.map((count) => count / divisor),
    negativeBuckets: h.negativeBuckets.map((count) => count / divisor),
  };
}

/** Without empty buckets, spans merged; the same object when there is nothing to do. */
export function compactHistogram(h: FloatHistogram): FloatHistogram {
  const clean = (spans: FloatHistogram['positiveSpans'], buckets: readonly number[]): boolean =>
    !buckets.includes(0) && spans.every((span, i) => span.length > 0 && (i === 0 || span.offset > 0));
  if (clean(h.positiveSpans, h.positiveBuckets) && clean(h.negativeSpans, h.negativeBuckets)) return h;
  const positive = compactSide(h.positiveSpans, h.positiveBuckets);
  const negative = compactSide(h.negativeSpans, h.negativeBuckets);
  return {
    ...h,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
}

function compactSide(spans: FloatHistogram['positiveSpans'], buckets: readonly number[]) {
  const { indices, counts } = sparse(spans, buckets);
  const kept = indices.filter((_, i) => counts[i] !== 0);
  return { spans: toSpans(kept), buckets: counts.filter((count) => count !== 0) };
}

/** A copy in a lower resolution; the same object when it is that low already. Exponential schemas only. */
export function reduceResolution(h: FloatHistogram, schema: number): FloatHistogram {
  if (usesCustomBuckets(h) || schema >= h.schema) return h;
  const reduced = workingCopy(h);
  reduceSchema(reduced, schema);
  return finished(reduced, false);
}

export function withHint(h: FloatHistogram, counterResetHint: CounterResetHint): FloatHistogram {
  return h.counterResetHint === counterResetHint ? h : { ...h, counterResetHint };
}
