import type { Labels } from './labels.ts';

const encoder = new TextEncoder();
let buffer = new Uint8Array(256);

/**
 * Prometheus's fingerprint of a label set: FNV-1a of 64 bits over the UTF-8 names and values in order, a byte 0xff behind each; 16
 * hexadecimal digits. Source: prometheus/common, model.LabelSet.Fingerprint.
 */
export function fingerprintOf(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    // Times 2^40 + 0x1b3, modulo 2^64, in halves of 32 bits.
    const lowProduct = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + ((low << 8) >>> 0) + Math.floor(lowProduct / 0x1_0000_0000)) >>> 0;
    low = lowProduct >>> 0;
  };
  for (const text of labels.pairs) {
    if (buffer.length < text.length * 3) buffer = new Uint8Array(text.length * 3);
    const { written } = encoder.encodeInto(text, buffer);
    for (let i = 0; i < written; i++) add(buffer[i] as number);
    add(0xff);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
