/**
 * A 64-bit hash of a byte range, as two 32-bit lanes with different constants (MurmurHash3-style mixing). It names series,
 * so it must never change between versions. `out[0]` is the high half, `out[1]` the low one; unsigned.
 */
export function hash64(bytes: Uint8Array, start: number, end: number, out: Uint32Array): void {
  let a = 0x9747b28c ^ (end - start);
  let b = 0x1b873593 ^ (end - start);
  let i = start;
  const stop = end - 3;
  while (i < stop) {
    const k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    i += 4;
    let ka = Math.imul(k, 0x239b961b);
    ka = (ka << 15) | (ka >>> 17);
    a ^= Math.imul(ka, 0xab0e9789 | 0);
    a = (a << 19) | (a >>> 13);
    a = (Math.imul(a, 5) + 0x561ccd1b + b) | 0;
    let kb = Math.imul(k, 0x38b34ae5);
    kb = (kb << 17) | (kb >>> 15);
    b ^= Math.imul(kb, 0xa1e38b93 | 0);
    b = (b << 13) | (b >>> 19);
    b = (Math.imul(b, 5) + 0x32ac3b17 + a) | 0;
  }
  let tail = 0;
  for (let shift = 0; i < end; i++, shift += 8) tail |= (bytes[i] as number) << shift;
  a ^= Math.imul(tail ^ 0x5bd1e995, 0x239b961b);
  b ^= Math.imul(tail ^ 0x2545f491, 0x38b34ae5);
  a = finish(a + b);
  b = finish(b + a);
  out[0] = a >>> 0;
  out[1] = (a + b) >>> 0;
}

/** The same hash of the same bytes, read through a DataView: twice as fast where a decoder has one at hand. */
export function hash64View(view: DataView, start: number, end: number, out: Uint32Array): void {
  let a = 0x9747b28c ^ (end - start);
  let b = 0x1b873593 ^ (end - start);
  let i = start;
  const stop = end - 3;
  while (i < stop) {
    const k = view.getInt32(i, true);
    i += 4;
    let ka = Math.imul(k, 0x239b961b);
    ka = (ka << 15) | (ka >>> 17);
    a ^= Math.imul(ka, 0xab0e9789 | 0);
    a = (a << 19) | (a >>> 13);
    a = (Math.imul(a, 5) + 0x561ccd1b + b) | 0;
    let kb = Math.imul(k, 0x38b34ae5);
    kb = (kb << 17) | (kb >>> 15);
    b ^= Math.imul(kb, 0xa1e38b93 | 0);
    b = (b << 13) | (b >>> 19);
    b = (Math.imul(b, 5) + 0x32ac3b17 + a) | 0;
  }
  let tail = 0;
  for (let shift = 0; i < end; i++, shift += 8) tail |= view.getUint8(i) << shift;
  a ^= Math.imul(tail ^ 0x5bd1e995, 0x239b961b);
  b ^= Math.imul(tail ^ 0x2545f491, 0x38b34ae5);
  a = finish(a + b);
  b = finish(b + a);
  out[0] = a >>> 0;
  out[1] = (a + b) >>> 0;
}

function finish(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
