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

// Below it, views cost more than the copying.
const FEW_SAMPLES = 24;

/** Copies the first `count` samples of `source` to place `at`, values as words, so that the payload of a NaN survives. */
export function copySamples(source: Readonly<SlabRange>, count: number, target: SampleSlab, at: number): void {
  const { slab, from } = source;
  if (count > FEW_SAMPLES) {
    target.tsMs.set(slab.tsMs.subarray(from, from + count), at);
    target.values.set(slab.values.subarray(from, from + count), at);
    return;
  }
  for (let i = 0; i < count; i++) {
    target.tsMs[at + i] = slab.tsMs[from + i] as number;
    target.words[2 * (at + i)] = slab.words[2 * (from + i)] as number;
    target.words[2 * (at + i) + 1] = slab.words[2 * (from + i) + 1] as number;
  }
}
