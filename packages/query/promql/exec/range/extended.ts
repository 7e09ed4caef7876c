import type { KernelInput } from './kernel.ts';
import { lowerBound } from './windows.ts';

/** What `anchored` and `smoothed` change about a range function. */
export interface Extension {
  readonly mode: 'anchored' | 'smoothed';
  readonly isCounter: boolean;
  /** The result is divided by it: seconds of the range for rate, 1 otherwise. */
  readonly divisor: number;
}

/**
 * rate, increase and delta over `anchored` or `smoothed` ranges. Windows in `input` are wide: they reach back by the lookback, and
 * ahead by it when smoothed. Anchored: from the last sample at or before the range's start. Smoothed: values at both ends of
 * the range are interpolated.
 */
export function extendedDelta(
  input: KernelInput,
  rangeMs: number,
  aheadMs: number,
  { mode, isCounter, divisor }: Extension,
  out: Float64Array,
  present: Uint8Array,
): number {
  const { lo, hi, steps } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    const end = input.endMs + k * input.stepMs - aheadMs;
    const value = extendedWindow(input, i, j, end - rangeMs, end, mode === 'smoothed', isCounter);
    if (value === undefined) continue;
    out[k] = value / divisor;
    present[k] = 1;
    found++;
  }
  return found;
}

/** Indices of the samples that stand for the ends of the range, or undefined when there is nothing in it. */
function extendedEnds(
  ts: Float64Array,
  i: number,
  j: number,
  start: number,
  end: number,
  smoothed: boolean,
): { first: number; last: number } | undefined {
  let last = j - 1;
  const first = Math.max(i, lowerBound(ts, i, last, start + 1) - 1);
  if (smoothed) last = lowerBound(ts, i, last, end);
  if ((ts[last] as number) <= start || (smoothed && (ts[first] as number) > end)) return undefined;
  return { first, last };
}

function extendedWindow(
  { ts, values }: KernelInput,
  i: number,
  j: number,
  start: number,
  end: number,
  smoothed: boolean,
  isCounter: boolean,
): number | undefined {
  const ends = extendedEnds(ts, i, j, start, end, smoothed);
  if (ends === undefined) return undefined;
  let { first, last } = ends;
  const left =
    smoothed && (ts[first] as number) < start
      ? interpolate(ts, values, first, start, isCounter)
      : (values[first] as number);
  const right =
    smoothed && last > i && (ts[last] as number) > end
      ? interpolate(ts, values, last - 1, end, isCounter)
      : (values[last] as number);
  let change = right - left;
  if (isCounter) {
    // The ends speak for the samples at or beyond them.
    if ((ts[first] as number) <= start) first++;
    if ((ts[last] as number) >= end) last--;
    let previous = left;
    for (let s = first; s <= last; s++) {
      const v = values[s] as number;
      if (v < previous) change += previous;
      previous = v;
    }
    if (right < previous) change += previous;
  }
  return change;
}

/** On the line from sample s to the next; a counter that fell between them counts from zero. */
function interpolate(ts: Float64Array, values: Float64Array, s: number, t: number, isCounter: boolean): number {
  const b = values[s + 1] as number;
  let a = values[s] as number;
  if (isCounter && b < a) a = 0;
  const t0 = ts[s] as number;
  return a + ((b - a) * (t - t0)) / ((ts[s + 1] as number) - t0);
}

/** For changes and resets over `anchored` ranges: moves each window's start to the last sample at or before the range's start. */
export function anchorWindows(input: KernelInput, rangeMs: number): void {
  const { ts, lo, hi, steps } = input;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    const start = input.endMs + k * input.stepMs - rangeMs;
    const after = lowerBound(ts, i, j, start + 1);
    if (after >= j) hi[k] = i;
    else lo[k] = Math.max(i, after - 1);
  }
}
