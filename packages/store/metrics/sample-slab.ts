import { wordsOf } from '@petrel/model';

/** Columns that many series share, each in a range of its own. `words` is the memory of `values`, by which values are moved. */
export interface SampleSlab {
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly words: Uint32Array;
}

/** One series' place in a slab: samples in `[from, to)`, room to grow up to `limit`. */
export interface SlabRange {
  slab: SampleSlab;
  from: number;
  to: number;
  limit: number;
}

export function newSlab(samples: number): SampleSlab {
  return slabOf(new Float64Array(samples), new Float64Array(samples));
}

export function slabOf(tsMs: Float64Array, values: Float64Array): SampleSlab {
  return { tsMs, values, words: wordsOf(values) };
}

/** Copies the first `count` samples of `source` to place `at`; 64-bit moves, so the payload of a NaN survives. */
export function copySamples(source: Readonly<SlabRange>, count: number, target: SampleSlab, at: number): void {
  const { slab, from } = source;
  target.tsMs.set(slab.tsMs.subarray(from, from + count), at);
  target.values.set(slab.values.subarray(from, from + count), at);
}
