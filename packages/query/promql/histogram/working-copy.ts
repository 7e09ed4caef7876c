import type { CounterResetHint, FloatHistogram } from '@petrel/model';
import { sparse, toSpans, upperBound, usesCustomBuckets } from './bounds.ts';
import { Compensated } from './compensated.ts';

/** One side's buckets, ascending by index; `errors` are the compensation terms of `counts`. */
export interface Side {
  indices: number[];
  counts: number[];
  errors: number[];
}

/**
 * A histogram that arithmetic may change: buckets by index, every number with its compensation term (Neumaier's summation, which is what
 * Prometheus calls Kahan). Never leaves this folder.
 */
export interface WorkingCopy {
  hint: CounterResetHint;
  schema: number;
  zeroThreshold: number;
  zeroCount: Compensated;
  count: Compensated;
  sum: Compensated;
  positive: Side;
  negative: Side;
  customValues: readonly number[];
}

function side(spans: FloatHistogram['positiveSpans'], buckets: readonly number[]): Side {
  const { indices, counts } = sparse(spans, buckets);
  return { indices, counts, errors: new Array<number>(counts.length).fill(0) };
}

export function workingCopy(h: FloatHistogram): WorkingCopy {
  return {
    hint: h.counterResetHint,
    schema: h.schema,
    zeroThreshold: h.zeroThreshold,
    zeroCount: new Compensated(h.zeroCount),
    count: new Compensated(h.count),
    sum: new Compensated(h.sum),
    positive: side(h.positiveSpans, h.positiveBuckets),
    negative: side(h.negativeSpans, h.negativeBuckets),
    customValues: h.customValues,
  };
}

/** With the compensation terms added in, unless `exact` is false: then they are left out, as in plain arithmetic. */
export function finished(w: WorkingCopy, exact: boolean): FloatHistogram {
  const counts = ({ counts, errors }: Side): number[] =>
    exact ? counts.map((count, i) => withError(count, errors[i] as number)) : counts.slice();
  const value = (x: Compensated): number => (exact ? x.total() : x.sum);
  return {
    counterResetHint: w.hint,
    schema: w.schema,
    zeroThreshold: w.zeroThreshold,
    zeroCount: value(w.zeroCount),
    count: value(w.count),
    sum: value(w.sum),
    positiveSpans: toSpans(w.positive.indices),
    positiveBuckets: counts(w.positive),
    negativeSpans: toSpans(w.negative.indices),
    negativeBuckets: counts(w.negative),
    customValues: w.customValues,
  };
}

function withError(count: number, error: number): number {
  return Number.isFinite(count) ? count + error : count;
}

/** Adds to the bucket at `at`. */
function increase(target: Side, at: number, count: number): void {
  const added = new Compensated(target.counts[at] as number, target.errors[at] as number).add(count);
  target.counts[at] = added.sum;
  target.errors[at] = added.error;
}

/** Merges `source · sign` into `target`; buckets that one of them lacks are taken over. */
export function mergeSide(target: Side, source: Side, sign: 1 | -1): void {
  if (sameIndices(target.indices, source.indices)) {
    for (let i = 0; i < source.counts.length; i++) {
      increase(target, i, sign * (source.counts[i] as number));
      if (source.errors[i] !== 0) increase(target, i, sign * (source.errors[i] as number));
    }
    return;
  }
  const merged: Side = { indices: [], counts: [], errors: [] };
  const take = (from: Side, i: number, factor: number): void => {
    merged.indices.push(from.indices[i] as number);
    merged.counts.push(factor * (from.counts[i] as number));
    merged.errors.push(factor * (from.errors[i] as number));
  };
  let t = 0;
  let s = 0;
  while (t < target.indices.length || s < source.indices.length) {
    const ti = target.indices[t] ?? Number.POSITIVE_INFINITY;
    const si = source.indices[s] ?? Number.POSITIVE_INFINITY;
    if (ti < si) take(target, t++, 1);
    else if (si < ti) take(source, s++, sign);
    else {
      take(target, t++, 1);
      increase(merged, merged.counts.length - 1, sign * (source.counts[s] as number));
      if (source.errors[s] !== 0) increase(merged, merged.counts.length - 1, sign * (source.errors[s] as number));
      s++;
    }
  }
  target.indices = merged.indices;
  target.counts = merged.counts;
  target.errors = merged.errors;
}

function sameIndices(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Puts every bucket where `place` says (ascending again), counts added up. */
function regroupSide(from: Side, place: (index: number) => number): void {
  const out: Side = { indices: [], counts: [], errors: [] };
  for (let i = 0; i < from.indices.length; i++) {
    const index = place(from.indices[i] as number);
    if (out.indices.at(-1) === index) {
      increase(out, out.counts.length - 1, from.counts[i] as number);
      if (from.errors[i] !== 0) increase(out, out.counts.length - 1, from.errors[i] as number);
    } else {
      out.indices.push(index);
      out.counts.push(from.counts[i] as number);
      out.errors.push(from.errors[i] as number);
    }
  }
  from.indices = out.indices;
  from.counts = out.counts;
  from.errors = out.errors;
}

/** To a lower resolution: 2^(from - to) neighbours become one bucket. */
export function reduceSchema(w: WorkingCopy, schema: number): void {
  if (schema >= w.schema) return;
  const shift = w.schema - schema;
  const place = (index: number): number => ((index - 1) >> shift) + 1;
  regroupSide(w.positive, place);
  regroupSide(w.negative, place);
  w.schema = schema;
}

/**
 * Widens the zero bucket to at least `threshold` and takes in the buckets that it then covers. A border inside a populated bucket moves out to
 * that bucket's far end.
 */
export function widenZeroBucket(w: WorkingCopy, threshold: number): void {
  if (threshold === w.zeroThreshold) return;
  let border = threshold;
  for (let before = Number.NaN; before !== border; ) {
    before = border;
    for (const { indices, counts } of [w.positive, w.negative]) {
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i] as number;
        if (upperBound(index - 1, w.schema) >= border) break;
        const far = upperBound(index, w.schema);
        if (far > border && counts[i] !== 0) border = far;
      }
    }
  }
  for (const buckets of [w.positive, w.negative]) {
    let covered = 0;
    while (covered < buckets.indices.length) {
      if (upperBound((buckets.indices[covered] as number) - 1, w.schema) >= border) break;
      w.zeroCount.add(buckets.counts[covered] as number).add(buckets.errors[covered] as number);
      covered++;
    }
    buckets.indices.splice(0, covered);
    buckets.counts.splice(0, covered);
    buckets.errors.splice(0, covered);
  }
  w.zeroThreshold = border;
}

/** Brings both to one zero threshold that lies inside no populated bucket of either. */
export function reconcileZeroBuckets(a: WorkingCopy, b: WorkingCopy): void {
  while (a.zeroThreshold !== b.zeroThreshold) {
    if (a.zeroThreshold > b.zeroThreshold) widenZeroBucket(b, a.zeroThreshold);
    else if (b.zeroThreshold > a.zeroThreshold) widenZeroBucket(a, b.zeroThreshold);
    // A threshold that is no number comes from outside only; it ends the loop rather than spinning in it.
    else break;
  }
}

export function boundsMatch(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

/** The bounds that both have. */
export function intersectBounds(a: readonly number[], b: readonly number[]): number[] {
  const other = new Set(b);
  return a.filter((bound) => other.has(bound));
}

/** To fewer custom bounds: each bucket goes to the first one whose bound is not below its own. Empty ones are dropped. */
export function mapToBounds(w: WorkingCopy, bounds: readonly number[]): void {
  regroupSide(w.positive, (index) => {
    const bound = w.customValues[index] ?? Number.POSITIVE_INFINITY;
    let at = 0;
    while (at < bounds.length && (bounds[at] as number) < bound) at++;
    return at;
  });
  w.customValues = bounds;
  dropEmpty(w.positive);
}

function dropEmpty(buckets: Side): void {
  const kept = buckets.indices.map((_, i) => i).filter((i) => buckets.counts[i] !== 0 || buckets.errors[i] !== 0);
  if (kept.length === buckets.indices.length) return;
  buckets.indices = kept.map((i) => buckets.indices[i] as number);
  buckets.counts = kept.map((i) => buckets.counts[i] as number);
  buckets.errors = kept.map((i) => buckets.errors[i] as number);
}

/** Whether one is exponential and the other has custom buckets: they cannot be combined. */
export function schemasDiffer(a: { readonly schema: number }, b: { readonly schema: number }): boolean {
  return usesCustomBuckets(a) !== usesCustomBuckets(b);
}
