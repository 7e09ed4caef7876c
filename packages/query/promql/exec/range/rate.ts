import type { FloatKernel, KernelInput } from './kernel.ts';

/** With more resets in a window than this, their sum is taken from prefix sums. */
const RESETS_SUMMED = 16;

export const rate: FloatKernel = (input, out, present) => extrapolated(input, out, present, true, input.rangeMs / 1000);

export const increase: FloatKernel = (input, out, present) => extrapolated(input, out, present, true, 1);

export const delta: FloatKernel = (input, out, present) => extrapolated(input, out, present, false, 1);

/**
 * The change between the first and the last sample of a window, with counter resets corrected, extrapolated towards the window's ends
 * where the samples come close to them. Resets are found once a series, so that the cost does not grow with the window.
 */
function extrapolated(
  input: KernelInput,
  out: Float64Array,
  present: Uint8Array,
  isCounter: boolean,
  divisor: number,
): number {
  const { ts, values, lo, hi, steps, stepMs, rangeMs } = input;
  const resets = input.ints(input.to - input.from);
  const resetCount = isCounter && !input.isRising ? findResets(values, input.from, input.to, resets) : 0;
  const sums = resetCount > RESETS_SUMMED ? resetSums(input, values, resets, resetCount) : undefined;
  let firstReset = 0;
  let endReset = 0;
  let found = 0;
  let end = input.endMs - stepMs;
  for (let k = 0; k < steps; k++) {
    end += stepMs;
    const i = lo[k] as number;
    const j = (hi[k] as number) - 1;
    if (j <= i) continue;
    const first = values[i] as number;
    let change = (values[j] as number) - first;
    if (resetCount > 0) {
      while (firstReset < resetCount && (resets[firstReset] as number) <= i) firstReset++;
      while (endReset < resetCount && (resets[endReset] as number) <= j) endReset++;
      if (sums !== undefined && endReset - firstReset > RESETS_SUMMED) {
        change += (sums[endReset] as number) - (sums[firstReset] as number);
      } else {
        for (let r = firstReset; r < endReset; r++) change += values[(resets[r] as number) - 1] as number;
      }
    }
    const firstT = ts[i] as number;
    const lastT = ts[j] as number;
    const sampled = lastT - firstT;
    const average = sampled / (j - i);
    const threshold = average * 1.1;
    let toStart = firstT - end + rangeMs;
    if (toStart >= threshold) toStart = average * 0.5;
    if (isCounter && change > 0 && first >= 0) {
      // A counter is not extrapolated below zero, which its slope would reach this long before the first sample.
      if (sampled * first < toStart * change) toStart = sampled * (first / change);
    }
    let toEnd = end - lastT;
    if (toEnd >= threshold) toEnd = average * 0.5;
    out[k] = change * ((sampled + toStart + toEnd) / (sampled * divisor));
    present[k] = 1;
    found++;
  }
  return found;
}

/** Indices whose value is below the one before, ascending. */
function findResets(values: Float64Array, from: number, to: number, resets: Int32Array): number {
  let n = 0;
  let previous = values[from] as number;
  for (let i = from + 1; i < to; i++) {
    const v = values[i] as number;
    if (v < previous) resets[n++] = i;
    previous = v;
  }
  return n;
}

/** `sums[r]`: what resets before the r-th add up to; undefined where a difference of sums would not be a number. */
function resetSums(
  input: KernelInput,
  values: Float64Array,
  resets: Int32Array,
  count: number,
): Float64Array | undefined {
  const sums = input.floats(0, count + 1);
  let sum = 0;
  sums[0] = 0;
  for (let r = 0; r < count; r++) {
    sum += values[(resets[r] as number) - 1] as number;
    sums[r + 1] = sum;
  }
  return Number.isFinite(sum) ? sums : undefined;
}

export const irate: FloatKernel = (input, out, present) => lastTwo(input, out, present, true);

export const idelta: FloatKernel = (input, out, present) => lastTwo(input, out, present, false);

function lastTwo(input: KernelInput, out: Float64Array, present: Uint8Array, isRate: boolean): number {
  const { ts, values, startTs, lo, hi, steps } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const j = (hi[k] as number) - 1;
    if (j - 1 < (lo[k] as number)) continue;
    const last = values[j] as number;
    const before = values[j - 1] as number;
    const interval = (ts[j] as number) - (ts[j - 1] as number);
    if (interval === 0) continue;
    if (isRate) {
      const reset = last < before || (startTs !== undefined && isStartReset(ts, startTs, j));
      out[k] = (reset ? last : last - before) / (interval / 1000);
    } else {
      out[k] = last - before;
    }
    present[k] = 1;
    found++;
  }
  return found;
}

/**
 * Whether the counter restarted between samples j-1 and j, told by their start timestamps alone. A start that equals the previous
 * sample's time is a delta's way to say "since then"; it counts only when that sample had a start of its own before it.
 */
export function isStartReset(ts: ArrayLike<number>, startTs: ArrayLike<number>, j: number): boolean {
  return startsAnew(startTs[j - 1] as number, ts[j - 1] as number, startTs[j] as number, ts[j] as number);
}

export function startsAnew(previousStart: number, previousT: number, start: number, t: number): boolean {
  if (start === 0 || start >= t || start < previousT) return false;
  if (start > previousT) return true;
  return previousStart !== 0 && previousStart < previousT;
}

/** A start before the previous sample that is not that sample's own start: the data contradicts itself. */
export function startsOverlap(previousStart: number, previousT: number, start: number): boolean {
  return start !== 0 && start < previousT && start !== previousStart;
}
