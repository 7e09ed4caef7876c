import type { Labels, SeriesRegistry } from '@petrel/model';
import { hash64 } from '@petrel/model';

const encoder = new TextEncoder();
const hash = new Uint32Array(2);
let scratch = new Uint8Array(1024);

/** The strings in UTF-8, each closed by a byte that stands in no UTF-8 text; returns the bytes written into `into` or a larger array. */
export function renderKey(
  parts: readonly string[],
  into: Uint8Array,
): { readonly bytes: Uint8Array; readonly end: number } {
  let size = 0;
  for (const part of parts) size += part.length * 3 + 1;
  const bytes = size > into.length ? new Uint8Array(size * 2) : into;
  let end = 0;
  for (const part of parts) {
    end += encoder.encodeInto(part, bytes.subarray(end)).written;
    bytes[end++] = 0xff;
  }
  return { bytes, end };
}

/** The reference of a label set that is at hand as strings. */
export function resolveSeries(registry: SeriesRegistry, labels: Labels): number {
  const { bytes, end } = renderKey(labels.pairs, scratch);
  scratch = bytes as Uint8Array<ArrayBuffer>;
  hash64(bytes, 0, end, hash);
  const high = hash[0] as number;
  const low = hash[1] as number;
  const ref = registry.find(high, low);
  return ref >= 0 ? ref : registry.register(high, low, labels);
}
