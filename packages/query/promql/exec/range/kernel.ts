import type { RangeSeries, Windows } from './windows.ts';
import { locateWindows } from './windows.ts';

/**
 * What a range function's loop works on: one object, refilled for each series, so that loops stay monomorphic and nothing is
 * allocated per series or step.
 */
export class KernelInput {
  ts: Float64Array = new Float64Array(0);
  values: Float64Array = new Float64Array(0);
  from = 0;
  to = 0;
  startTs: Float64Array | undefined;
  isRising = false;
  /** Window k holds the samples [lo[k], hi[k]). */
  readonly lo: Int32Array;
  readonly hi: Int32Array;
  readonly steps: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly rangeMs: number;
  /** Scalar arguments of the function, one value a step. */
  params: readonly Float64Array[] = [];
  /** Evaluation time at step 0, and whether it moves (it does not equal the window's end with offset or @). */
  evalStartMs = 0;
  evalStepMs = 0;
  #ints = new Int32Array(0);
  #floats: Float64Array[] = [];

  constructor(readonly windows: Windows) {
    this.steps = windows.steps;
    this.endMs = windows.endMs;
    this.stepMs = windows.stepMs;
    this.rangeMs = windows.rangeMs;
    this.lo = new Int32Array(windows.steps);
    this.hi = new Int32Array(windows.steps);
  }

  load(series: RangeSeries): void {
    this.ts = series.tsMs;
    this.values = series.values;
    this.from = series.from;
    this.to = series.to;
    this.startTs = series.startTsMs;
    this.isRising = series.isRising;
    locateWindows(this.ts, this.from, this.to, this.windows, this.lo, this.hi);
  }

  /** Scratch of at least `length` integers; contents are those of the last use. */
  ints(length: number): Int32Array {
    if (this.#ints.length < length) this.#ints = new Int32Array(length * 2);
    return this.#ints;
  }

  /** Scratch of at least `length` floats; `which` tells several apart. */
  floats(which: number, length: number): Float64Array {
    let scratch = this.#floats[which];
    if (scratch === undefined || scratch.length < length) {
      scratch = new Float64Array(length * 2);
      this.#floats[which] = scratch;
    }
    return scratch;
  }
}

/** A range function over floats: fills the steps that have a value and returns how many. `present` comes all zero. */
export type FloatKernel = (input: KernelInput, out: Float64Array, present: Uint8Array) => number;
