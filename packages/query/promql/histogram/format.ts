import type { FloatHistogram } from '@petrel/model';
import { compactHistogram } from './arithmetic.ts';
import { sparse, usesCustomBuckets } from './bounds.ts';

/**
 * The notation of Prometheus's tests: `{{schema:1 count:3 sum:4 offset:-3 buckets:[1 0 2]}}`. What is 0 or empty is left out; gaps between
 * spans are written as empty buckets.
 */
export function formatHistogram(h: FloatHistogram): string {
  const parts: string[] = [];
  const number = (key: string, value: number): void => {
    if (value !== 0) parts.push(`${key}:${formatShortest(value)}`);
  };
  number('schema', h.schema);
  number('count', h.count);
  number('sum', h.sum);
  number('z_bucket', h.zeroCount);
  number('z_bucket_w', h.zeroThreshold);
  if (usesCustomBuckets(h)) parts.push(`custom_values:${list(h.customValues)}`);
  if (h.counterResetHint !== 'unknown') parts.push(`counter_reset_hint:${h.counterResetHint}`);
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets } = compactHistogram(h);
  side(parts, '', positiveSpans, positiveBuckets);
  side(parts, 'n_', negativeSpans, negativeBuckets);
  return `{{${parts.join(' ')}}}`;
}

function list(values: readonly number[]): string {
  return `[${values.map(formatShortest).join(' ')}]`;
}

/** A gap wider than this is not written out. */
const WIDEST = 10_000;

function side(
  parts: string[],
  prefix: string,
  spans: FloatHistogram['positiveSpans'],
  buckets: readonly number[],
): void {
  const { indices, counts } = sparse(spans, buckets);
  const first = indices[0];
  if (first === undefined) return;
  const dense: number[] = [];
  indices.forEach((index, i) => {
    while (dense.length < index - first && dense.length < WIDEST) dense.push(0);
    dense.push(counts[i] as number);
  });
  if (first !== 0) parts.push(`${prefix}offset:${first}`);
  parts.push(`${prefix}buckets:${list(dense)}`);
}

/** As Go's `%g` and `%v`: the shortest digits that read back, with an exponent below 1e-4 and from 1e6 on. */
export function formatShortest(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const digits = Math.abs(exponent).toString().padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return String(value);
}
