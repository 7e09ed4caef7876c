import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { Labels } from './labels.ts';

/** The definition, in big integers. */
function reference(labels: Labels): string {
  let hash = 0xcbf29ce484222325n;
  for (const text of labels.pairs) {
    for (const byte of [...Buffer.from(text), 0xff]) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n);
  }
  return hash.toString(16).padStart(16, '0');
}

describe('fingerprintOf', () => {
  it('is the offset basis for no labels', () => expect(fingerprintOf(Labels.EMPTY)).toBe('cbf29ce484222325'));

  it('is FNV-1a of 64 bits for any labels', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })));
    fc.assert(
      fc.property(pairs, (entries) => {
        const labels = Labels.from(entries);
        expect(fingerprintOf(labels)).toBe(reference(labels));
      }),
    );
  });
});
