/**
 * The windows of a range aggregation over the steps of a query: window k is (originNs + k·stepNs, originNs + k·stepNs + rangeNs], left-open. `originNs`
 * is the start of the first. One step: `stepNs` is 0.
 */
export interface RangeWindows {
  readonly originNs: bigint;
  readonly stepNs: bigint;
  readonly rangeNs: bigint;
  readonly steps: number;
}

export interface WindowTimes {
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly rangeMs: number;
  readonly offsetMs: number;
}

export function windowsOf({ startMs, stepMs, steps, rangeMs, offsetMs }: WindowTimes): RangeWindows {
  const rangeNs = toNs(rangeMs);
  return {
    originNs: toNs(startMs) - toNs(offsetMs) - rangeNs,
    stepNs: steps === 1 ? 0n : toNs(stepMs),
    rangeNs,
    steps,
  };
}

/** Milliseconds, with a fraction perhaps, as whole nanoseconds. */
export function toNs(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}

/** Every line of any window lies in (originNs, this]. */
export function lastNs({ originNs, stepNs, rangeNs, steps }: RangeWindows): bigint {
  return originNs + stepNs * BigInt(steps - 1) + rangeNs;
}

/**
 * Buckets that windows are made of. Bucket j is (originNs + j·bucketNs, originNs + (j + 1)·bucketNs]; window k is the buckets [k·perStep, k·perStep + perWindow).
 * With `gaps`, windows do not touch: bucket k is window k, and what lies between belongs to none.
 */
export interface Buckets {
  readonly bucketNs: bigint;
  readonly count: number;
  readonly perStep: number;
  readonly perWindow: number;
  readonly gaps: boolean;
}

/** One bucket for each window where these do not overlap, else of the greatest common length. */
export function bucketsOf(windows: RangeWindows): Buckets {
  const { stepNs, rangeNs, steps } = windows;
  if (steps === 1 || stepNs > rangeNs) {
    return { bucketNs: rangeNs, count: steps, perStep: 1, perWindow: 1, gaps: steps > 1 };
  }
  return evenBuckets(windows);
}

/** Without gaps: as many buckets as lie between the first window's start and the last window's end. */
export function evenBuckets({ stepNs, rangeNs, steps }: RangeWindows): Buckets {
  const bucketNs = steps === 1 ? rangeNs : gcd(stepNs, rangeNs);
  const perStep = Number(stepNs / bucketNs);
  const perWindow = Number(rangeNs / bucketNs);
  return { bucketNs, count: perStep * (steps - 1) + perWindow, perStep, perWindow, gaps: false };
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Finds the bucket of a time: exact to the nanosecond, with floats as long as these are. */
export class BucketFinder {
  readonly #originNs: bigint;
  readonly #everyNs: bigint;
  readonly #every: number;
  readonly #widthNs: bigint;
  readonly #count: number;
  readonly #endNs: bigint;
  readonly #fitsFloat: boolean;

  constructor(windows: RangeWindows, buckets: Buckets) {
    this.#originNs = windows.originNs;
    this.#everyNs = buckets.gaps ? windows.stepNs : buckets.bucketNs;
    this.#every = Number(this.#everyNs);
    this.#widthNs = buckets.bucketNs;
    this.#count = buckets.count;
    this.#endNs = lastNs(windows);
    this.#fitsFloat = this.#endNs - windows.originNs < BigInt(Number.MAX_SAFE_INTEGER);
  }

  /** -1: in no bucket. */
  find(tsNs: bigint): number {
    if (tsNs <= this.#originNs || tsNs > this.#endNs) return -1;
    // Left-open: the last nanosecond before counts in the bucket that ends there.
    const sinceNs = tsNs - this.#originNs - 1n;
    const at = this.#fitsFloat ? this.#divide(Number(sinceNs)) : Number(sinceNs / this.#everyNs);
    if (at >= this.#count) return -1;
    if (this.#widthNs === this.#everyNs) return at;
    return sinceNs - BigInt(at) * this.#everyNs < this.#widthNs ? at : -1;
  }

  #divide(since: number): number {
    const at = Math.floor(since / this.#every);
    // The quotient may have been rounded up to the next whole number.
    return at * this.#every > since ? at - 1 : at;
  }
}
