import type { FloatKernel, KernelInput } from './kernel.ts';

/**
 * The q-quantile of `count` ascending values from `sorted[start]`, with `nans` NaNs below them (NaN sorts below everything).
 * Linear between neighbours. Outside of [0, 1]: an infinity.
 */
export function quantileOfSorted(q: number, sorted: ArrayLike<number>, count: number, nans: number, start = 0): number {
  const n = count + nans;
  if (n === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (n - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(n - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  const a = lower < nans ? NaN : (sorted[start + lower - nans] as number);
  const b = upper < nans ? NaN : (sorted[start + upper - nans] as number);
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
    out[k] = quantileOfSorted(q[k] as number, window.sorted, window.end - window.start, window.nans, window.start);
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
    out[k] = window.nans > 0 ? NaN : medianDistance(window.sorted.slice(window.start, window.end));
    present[k] = 1;
    found++;
  }
  return found;
};

function medianDistance(distances: Float64Array): number {
  const median = quantileOfSorted(0.5, distances, distances.length, 0);
  for (let s = 0; s < distances.length; s++) distances[s] = Math.abs((distances[s] as number) - median);
  distances.sort();
  return quantileOfSorted(0.5, distances, distances.length, 0);
}

/**
 * The values of a window, ascending in `sorted[start…end)`. There is room on both sides, so that a value below or above all others (every one
 * of a counter) costs nothing to take out or put in.
 */
class SortedWindow {
  readonly sorted: Float64Array;
  start: number;
  end: number;
  nans = 0;
  readonly #values: Float64Array;
  readonly #capacity: number;
  #from: number;
  #to: number;

  constructor(input: KernelInput) {
    this.#values = input.values;
    let widest = 0;
    for (let k = 0; k < input.steps; k++) widest = Math.max(widest, (input.hi[k] as number) - (input.lo[k] as number));
    // Twice the widest on both sides: then moving to the middle is rare.
    this.#capacity = widest * 5 + 2;
    this.sorted = input.floats(0, this.#capacity);
    this.start = widest * 2;
    this.end = this.start;
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
    this.start = Math.floor((this.#capacity - (j - i)) / 2);
    let n = this.start;
    for (let s = i; s < j; s++) {
      const v = this.#values[s] as number;
      if (!Number.isNaN(v)) sorted[n++] = v;
    }
    this.end = n;
    sorted.subarray(this.start, n).sort();
    this.nans = j - i - (n - this.start);
    this.#from = i;
    this.#to = j;
  }

  #replace(old: number, v: number): void {
    if (this.start === 0 || this.end === this.#capacity) this.#center();
    const { sorted, start, end } = this;
    if (Number.isNaN(old) || Number.isNaN(v)) {
      this.#remove(old);
      this.#insert(v);
    } else if (old === sorted[start] && v >= (sorted[end - 1] as number)) {
      this.start++;
      sorted[end] = v;
      this.end++;
    } else if (old === sorted[end - 1] && v <= (sorted[start] as number)) {
      this.end--;
      this.start--;
      sorted[start - 1] = v;
    } else {
      this.#moveBetween(this.#find(old), old, v);
    }
  }

  /** Puts `v` in the place of `old` by moving what lies between the two. */
  #moveBetween(place: number, old: number, v: number): void {
    const { sorted, start } = this;
    let at = place;
    if (v > old) {
      const last = this.end - 1;
      while (at < last && (sorted[at + 1] as number) < v) {
        sorted[at] = sorted[at + 1] as number;
        at++;
      }
    } else {
      while (at > start && (sorted[at - 1] as number) > v) {
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
    if (this.start === 0 || this.end === this.#capacity) this.#center();
    const { sorted } = this;
    const at = this.#find(v);
    if (at - this.start < this.end - at) {
      sorted.copyWithin(this.start - 1, this.start, at);
      this.start--;
      sorted[at - 1] = v;
    } else {
      sorted.copyWithin(at + 1, at, this.end);
      this.end++;
      sorted[at] = v;
    }
  }

  #remove(v: number): void {
    if (Number.isNaN(v)) {
      this.nans--;
      return;
    }
    const { sorted } = this;
    const at = this.#find(v);
    if (at - this.start < this.end - at) {
      sorted.copyWithin(this.start + 1, this.start, at);
      this.start++;
    } else {
      sorted.copyWithin(at, at + 1, this.end);
      this.end--;
    }
  }

  #center(): void {
    const count = this.end - this.start;
    const start = Math.floor((this.#capacity - count) / 2);
    this.sorted.copyWithin(start, this.start, this.end);
    this.start = start;
    this.end = start + count;
  }

  /** The first place whose value is at least `v`. */
  #find(v: number): number {
    const { sorted } = this;
    let lo = this.start;
    let hi = this.end;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if ((sorted[mid] as number) < v) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}
