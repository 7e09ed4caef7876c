import { compareStrings } from '@petrel/model';
import type { RangeBound } from '../parse/ast.ts';
import { addressOf } from './addresses.ts';
import { type DateSpan, epochNs, parseDateMath, parseIsoDate } from './dates.ts';
import { durationNs, numberOf, sizeBytes } from './numbers.ts';
import type { Leaf } from './text-test.ts';
import { foldCase } from './words.ts';

/**
 * Values are compared as what the bounds are, all of them: numbers with numbers, durations with durations (`1.5s`), sizes with sizes, addresses with addresses,
 * dates with dates (numbers in a document are then moments since the epoch); everything else as text without regard to case.
 */
export function rangeTest(bounds: readonly RangeBound[], nowMs: number): (value: Leaf) => boolean {
  const asNumbers = comparison(bounds, numberOf);
  const asDates = dateComparison(bounds, nowMs);
  const asDurations = comparison(bounds, durationNs);
  const asSizes = comparison(bounds, sizeBytes);
  const asAddresses = comparison(bounds, addressOf);
  const asText = comparison(bounds, foldCase);
  return (value) => {
    if (typeof value === 'number') {
      if (asNumbers !== undefined) return asNumbers(value);
      return asDates !== undefined && passes(asDates, epochNs(value));
    }
    if (typeof value !== 'string') return false;
    const number = numberOf(value);
    if (asNumbers !== undefined && number !== undefined) return asNumbers(number);
    if (asDates !== undefined) {
      return passes(asDates, number === undefined ? parseIsoDate(value)?.firstNs : epochNs(number));
    }
    if (asNumbers !== undefined) return false;
    if (asDurations !== undefined) return passes(asDurations, durationNs(value));
    if (asSizes !== undefined) return passes(asSizes, sizeBytes(value));
    if (asAddresses !== undefined) return passes(asAddresses, addressOf(value));
    return asText?.(foldCase(value)) ?? false;
  };
}

function passes<T>(compare: (value: T) => boolean, value: T | undefined): boolean {
  return value !== undefined && compare(value);
}

/** Undefined where a bound is nothing of the kind. */
function comparison<T extends number | bigint | string>(
  bounds: readonly RangeBound[],
  read: (text: string) => T | undefined,
): ((value: T) => boolean) | undefined {
  const limits: { readonly op: RangeBound['op']; readonly limit: T }[] = [];
  for (const { op, value } of bounds) {
    const limit = read(value.trim());
    if (limit === undefined) return undefined;
    limits.push({ op, limit });
  }
  return (value) => limits.every(({ op, limit }) => holds(op, order(value, limit)));
}

function order<T extends number | bigint | string>(a: T, b: T): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(op: RangeBound['op'], sign: number): boolean {
  return op === 'gt' ? sign > 0 : op === 'gte' ? sign >= 0 : op === 'lt' ? sign < 0 : sign <= 0;
}

/** A stretch of time, both ends in it; an end that is absent is open. */
export interface TimeSpan {
  readonly firstNs?: bigint;
  readonly lastNs?: bigint;
}

/** The stretch that bounds leave, with whole units at its ends: `> 2024-05` begins with June, `<= 2024-05` ends with May. Undefined where one is no date. */
export function timeSpanOf(bounds: readonly RangeBound[], nowMs: number): TimeSpan | undefined {
  let firstNs: bigint | undefined;
  let lastNs: bigint | undefined;
  for (const { op, value } of bounds) {
    const date: DateSpan | undefined = parseDateMath(value.trim(), nowMs);
    if (date === undefined) return undefined;
    if (op === 'gt' || op === 'gte') {
      const first = op === 'gt' ? date.lastNs + 1n : date.firstNs;
      firstNs = firstNs === undefined || first > firstNs ? first : firstNs;
    } else {
      const last = op === 'lt' ? date.firstNs - 1n : date.lastNs;
      lastNs = lastNs === undefined || last < lastNs ? last : lastNs;
    }
  }
  return { ...(firstNs === undefined ? {} : { firstNs }), ...(lastNs === undefined ? {} : { lastNs }) };
}

function dateComparison(bounds: readonly RangeBound[], nowMs: number): ((ns: bigint) => boolean) | undefined {
  const span = timeSpanOf(bounds, nowMs);
  return span === undefined ? undefined : (ns) => inSpan(span, ns);
}

export function inSpan({ firstNs, lastNs }: TimeSpan, ns: bigint): boolean {
  return (firstNs === undefined || ns >= firstNs) && (lastNs === undefined || ns <= lastNs);
}
