import type { HistogramRow, Labels, SampleBatch, SeriesRegistry } from '@petrel/model';
import { hash64, setStaleAt, wordsOf } from '@petrel/model';
import type { RuleSample } from './rule-samples.ts';

interface SeriesHash {
  readonly high: number;
  readonly low: number;
}

const known = new WeakMap<Labels, SeriesHash>();
const encoder = new TextEncoder();
const out = new Uint32Array(2);

/** The samples of one instant as a batch for the sink. The label sets must be distinct. */
export function batchOf(samples: readonly RuleSample[], tMs: number, registry: SeriesRegistry): SampleBatch {
  const refs = new Uint32Array(samples.length);
  const values = new Float64Array(samples.length);
  const words = wordsOf(values);
  const histograms: HistogramRow[] = [];
  let length = 0;
  for (const { labels, value, histogram, stale } of samples) {
    const ref = refOf(labels, registry);
    if (histogram !== undefined) {
      histograms.push({ ref, tMs, histogram });
      continue;
    }
    refs[length] = ref;
    if (stale === true) setStaleAt(words, length);
    else values[length] = value;
    length++;
  }
  const timestampsMs = new Float64Array(samples.length).fill(tMs);
  return { length, refs, timestampsMs, values, ...(histograms.length === 0 ? {} : { histograms }) };
}

function refOf(labels: Labels, registry: SeriesRegistry): number {
  let hash = known.get(labels);
  if (hash === undefined) {
    // No UTF-8 holds the byte that follows each text.
    const bytes = Buffer.concat(labels.pairs.flatMap((text) => [encoder.encode(text), SEPARATOR]));
    hash64(bytes, 0, bytes.length, out);
    hash = { high: out[0] as number, low: out[1] as number };
    known.set(labels, hash);
  }
  const ref = registry.find(hash.high, hash.low);
  return ref >= 0 ? ref : registry.register(hash.high, hash.low, labels);
}

const SEPARATOR = Uint8Array.of(0xff);
