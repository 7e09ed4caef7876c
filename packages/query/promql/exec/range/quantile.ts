import type { FloatKernel, KernelInput } from './kernel.ts';

/**
 * The q-quantile of `count` ascending values from `sorted[0]`, of which `nans` NaNs stand before (NaN sorts below everything).
 * Linear between neighbours. Outside of [0, 1]: an infinity.
 */
export function quantileOfSorted(q: number, sorted: ArrayLike<number>, count: number, nans: number): number {
  const n = count + nans;
  if (n === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (n - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(n - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  const a = lower < nans ? NaN : (sorted[lower - nans] as number);
  const b = upper < nans ? NaN : (sorted[upper - nans] as number);
  return a * (1 - weight) + b * weight;
}

/**
 * Parameter: the quantile. The window's values are kept sorted while it slides: a sample that comes takes the place of one that
 * goes by moving only what lies between the two.
 */
export const quantileOverTime: FloatKernel = (input, out, present) => {
  const q = input.params[0] as Float64Array;
  const { lo, hi, steps } = input;
  const window = new SortedWindow(input);
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    window.slideTo(i, j);
    out[k] = quantileOfSorted(q[k] as number, window.sorted, window.count, window.nans);
    present[k] = 1;
    found++;
  }
  return found;
};

/** The median of the absolute distances from the median; NaN as soon as one value is NaN. */
export const madOverTime: FloatKernel = (input, out, present) => {
  const { lo, hi, steps } = input;
  const window = new SortedWindow(input);
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    window.slideTo(i, j);
    out[k] = window.nans > 0 ? NaN : medianDistance(window.sorted, window.count);
    present[k] = 1;
    found++;
  }
  return found;
};

function medianDistance(sorted: Float64Array, count: number): number {
  const median = quantileOfSorted(0.5, sorted, count, 0);
  const distances = sorted.slice(0, count);
  for (let s = 0; s < count; s++) distances[s] = Math.abs((distances[s] as number) - median);
  distances.sort();
  return quantileOfSorted(0.5, distances, count, 0);
}

/** Moving a longer piece is left to the engine's memmove. */
const MOVED_BY_HAND = 48;

class SortedWindow {
  readonly sorted: Float64Array;
  count = 0;
  nans = 0;
  readonly #values: Float64Array;
  #from: number;
  #to: number;

  constructor(input: KernelInput) {
    this.#values = input.values;
    let widest = 0;
    for (let k = 0; k < input.steps; k++) widest = Math.max(widest, (input.hi[k] as number) - (input.lo[k] as number));
    this.sorted = input.floats(0, widest + 1);
    this.#from = input.from;
    this.#to = input.from;
  }

  slideTo(i: number, j: number): void {
    if (i >= this.#to) {
      this.#refill(i, j);
      return;
    }
    const values = this.#values;
    let out = this.#from;
    let come = this.#to;
    while (out < i && come < j) this.#replace(values[out++] as number, values[come++] as number);
    while (out < i) this.#remove(values[out++] as number);
    while (come < j) this.#insert(values[come++] as number);
    this.#from = i;
    this.#to = j;
  }

  #refill(i: number, j: number): void {
    const { sorted } = this;
    let n = 0;
    for (let s = i; s < j; s++) {
      const v = this.#values[s] as number;
      if (!Number.isNaN(v)) sorted[n++] = v;
    }
    sorted.subarray(0, n).sort();
    this.count = n;
    this.nans = j - i - n;
    this.#from = i;
    this.#to = j;
  }

  #replace(old: number, v: number): void {
    if (Number.isNaN(old) || Number.isNaN(v)) {
      this.#remove(old);
      this.#insert(v);
      return;
    }
    const { sorted } = this;
    let at = this.#find(old);
    if (v > old) {
      const last = this.count - 1;
      while (at < last && (sorted[at + 1] as number) < v) {
        sorted[at] = sorted[at + 1] as number;
        at++;
      }
    } else {
      while (at > 0 && (sorted[at - 1] as number) > v) {
        sorted[at] = sorted[at - 1] as number;
        at--;
      }
    }
    sorted[at] = v;
  }

  #insert(v: number): void {
    if (Number.isNaN(v)) {
      this.nans++;
      return;
    }
    const { sorted } = this;
    const at = this.#find(v);
    if (this.count - at > MOVED_BY_HAND) sorted.copyWithin(at + 1, at, this.count);
    else for (let s = this.count; s > at; s--) sorted[s] = sorted[s - 1] as number;
    sorted[at] = v;
    this.count++;
  }

  #remove(v: number): void {
    if (Number.isNaN(v)) {
      this.nans--;
      return;
    }
    const { sorted } = this;
    const at = this.#find(v);
    this.count--;
    if (this.count - at > MOVED_BY_HAND) sorted.copyWithin(at, at + 1, this.count + 1);
    else for (let s = at; s < this.count; s++) sorted[s] = sorted[s + 1] as number;
  }

  /** The first index whose value is at least `v`. */
  #find(v: number): number {
    const { sorted } = this;
    let lo = 0;
    let hi = this.count;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if ((sorted[mid] as number) < v) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}
