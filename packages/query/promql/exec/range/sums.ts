import type { FloatKernel, KernelInput } from './kernel.ts';

/**
 * Sums compensated after Kahan and Neumaier. Short windows are added up one by one; where windows overlap much, prefix sums in
 * doubled precision give each window by one subtraction.
 */
export const sumOverTime: FloatKernel = (input, out, present) => {
  const { values, lo, hi, steps } = input;
  const prefix = prefixSums(input);
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    out[k] = prefix === undefined ? kahanSum(values, i, j) : prefixDifference(prefix, i - input.from, j - input.from);
    present[k] = 1;
    found++;
  }
  return found;
};

export const avgOverTime: FloatKernel = (input, out, present) => {
  const { values, lo, hi, steps } = input;
  const prefix = prefixSums(input);
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    out[k] =
      prefix === undefined ? mean(values, i, j) : prefixDifference(prefix, i - input.from, j - input.from) / (j - i);
    present[k] = 1;
    found++;
  }
  return found;
};

function kahanSum(values: Float64Array, i: number, j: number): number {
  let sum = 0;
  let c = 0;
  for (let s = i; s < j; s++) {
    const v = values[s] as number;
    const t = sum + v;
    if (t === Infinity || t === -Infinity) c = 0;
    else if (Math.abs(sum) >= Math.abs(v)) c += sum - t + v;
    else c += v - t + sum;
    sum = t;
  }
  return sum === Infinity || sum === -Infinity ? sum : sum + c;
}

/** The mean of values[i…j). Where the plain sum would overflow, the mean is carried on instead. */
export function mean(values: ArrayLike<number>, i: number, j: number): number {
  let sum = values[i] as number;
  let c = 0;
  for (let s = i + 1; s < j; s++) {
    const v = values[s] as number;
    const t = sum + v;
    if (t === Infinity || t === -Infinity) return incrementalMean(values, i, s, j, sum, c);
    if (Math.abs(sum) >= Math.abs(v)) c += sum - t + v;
    else c += v - t + sum;
    sum = t;
  }
  const n = j - i;
  return sum / n + c / n;
}

function incrementalMean(
  values: ArrayLike<number>,
  i: number,
  at: number,
  j: number,
  sum: number,
  compensation: number,
): number {
  let average = sum / (at - i);
  let c = compensation / (at - i);
  for (let s = at; s < j; s++) {
    const n = s - i + 1;
    const q = (n - 1) / n;
    const add = (values[s] as number) / n;
    const base = q * average;
    c *= q;
    const t = base + add;
    if (t === Infinity || t === -Infinity) c = 0;
    else if (Math.abs(base) >= Math.abs(add)) c += base - t + add;
    else c += add - t + base;
    average = t;
  }
  return average + c;
}

interface Prefix {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * Prefix sums as pairs of doubles, or undefined when adding up each window is cheaper, or the values differ so much in size that even
 * the doubled precision could lose the small ones.
 */
function prefixSums(input: KernelInput): Prefix | undefined {
  const { values, from, to, lo, hi, steps } = input;
  const samples = to - from;
  const overlap = windowWork(lo, hi, steps);
  if (overlap < samples * 6) return undefined;
  let largest = 0;
  let smallest = Infinity;
  const high = input.floats(0, samples + 1);
  const low = input.floats(1, samples + 1);
  let sum = 0;
  let c = 0;
  high[0] = 0;
  low[0] = 0;
  for (let i = from; i < to; i++) {
    const v = values[i] as number;
    const size = Math.abs(v);
    if (size > largest) largest = size;
    if (size !== 0 && size < smallest) smallest = size;
    // What the addition loses, without a branch.
    const t = sum + v;
    const b = t - sum;
    c += sum - (t - b) + (v - b);
    sum = t;
    high[i - from + 1] = sum;
    low[i - from + 1] = c;
  }
  if (!Number.isFinite(sum) || !Number.isFinite(c) || largest > smallest * 2 ** 40) return undefined;
  return { high, low };
}

function prefixDifference({ high, low }: Prefix, i: number, j: number): number {
  return (high[j] as number) - (high[i] as number) + ((low[j] as number) - (low[i] as number));
}

/** How many values adding up each window by itself would touch. */
function windowWork(lo: Int32Array, hi: Int32Array, steps: number): number {
  let work = 0;
  for (let k = 0; k < steps; k++) work += (hi[k] as number) - (lo[k] as number);
  return work;
}

export const stdvarOverTime: FloatKernel = (input, out, present) => variance(input, out, present, false);

export const stddevOverTime: FloatKernel = (input, out, present) => variance(input, out, present, true);

/** The mean first, then the squares of the distances from it: more exact than one pass, and without a division for each value. */
function variance(input: KernelInput, out: Float64Array, present: Uint8Array, root: boolean): number {
  const { values, lo, hi, steps } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    const v = varianceOf(values, i, j);
    out[k] = root ? Math.sqrt(v) : v;
    present[k] = 1;
    found++;
  }
  return found;
}

function varianceOf(values: Float64Array, i: number, j: number): number {
  const average = mean(values, i, j);
  const n = j - i;
  let squares = 0;
  let rest = 0;
  for (let s = i; s < j; s++) {
    const off = (values[s] as number) - average;
    squares += off * off;
    rest += off;
  }
  // What rounding left in the mean.
  return (squares - (rest * rest) / n) / n;
}
