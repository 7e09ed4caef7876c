const MASK = 0xffff_ffff_ffff_ffffn;
const P1 = 0x9e37_79b1_85eb_ca87n;
const P2 = 0xc2b2_ae3d_27d4_eb4fn;
const P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n;
const P5 = 0x27d4_eb2f_1656_67c5n;

/** The XXH64 hash of some bytes with seed 0, unsigned. For a hash now and then: it counts with big integers. */
export function xxhash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let pos = 0;
  let hash: bigint;
  if (length >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [(P1 + P2) & MASK, P2, 0n, MASK + 1n - P1];
    for (; pos + 32 <= length; pos += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, view.getBigUint64(pos + 8 * i, true));
    }
    const [a, b, c, d] = lanes;
    hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  } else hash = P5;
  hash = (hash + BigInt(length)) & MASK;
  for (; pos + 8 <= length; pos += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(pos, true)), 27n) * P1 + P4) & MASK;
  }
  if (pos + 4 <= length) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(pos, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    pos += 4;
  }
  for (; pos < length; pos++) hash = (rotate(hash ^ ((BigInt(bytes[pos] as number) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return (rotate((lane + input * P2) & MASK, 31n) * P1) & MASK;
}

function rotate(x: bigint, bits: bigint): bigint {
  return ((x << bits) | (x >> (64n - bits))) & MASK;
}
