import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash64 } from './hash.ts';

const out = new Uint32Array(2);
function hash(text: string): string {
  const bytes = Buffer.from(text);
  hash64(bytes, 0, bytes.length, out);
  return `${out[0]},${out[1]}`;
}

describe('hash64', () => {
  it('never changes, because it names stored series', () => {
    expect([hash(''), hash('a'), hash('abcd'), hash('__name__\u00ffup')]).toMatchInlineSnapshot(`
      [
        "836926713,1235835197",
        "2527538230,369705931",
        "2981209853,104980116",
        "3585594657,3639360737",
      ]
    `);
  });

  it('depends on nothing outside the range', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (before, bytes, after) => {
        const whole = Buffer.concat([before, bytes, after]);
        hash64(whole, before.length, before.length + bytes.length, out);
        const inside = [...out];
        hash64(bytes, 0, bytes.length, out);
        expect([...out]).toEqual(inside);
      }),
    );
  });

  it('spreads label sets that differ in a digit: no collision of the whole, few of each half', () => {
    const high = new Set<number>();
    const low = new Set<number>();
    const both = new Set<number>();
    const count = 200_000;
    for (let i = 0; i < count; i++) {
      const bytes = Buffer.from(
        `__name__\u00ffhttp_requests_total\u00ffinstance\u00ffhost-${i % 1000}\u00ffpath\u00ff/${(i / 1000) | 0}`,
      );
      hash64(bytes, 0, bytes.length, out);
      high.add(out[0] as number);
      low.add(out[1] as number);
      both.add((out[0] as number) * 2 ** 21 + ((out[1] as number) >>> 11));
    }
    // The birthday bound expects about 4.7 collisions of 200,000 values of 32 bits, and none of 53.
    expect(count - high.size).toBeLessThan(25);
    expect(count - low.size).toBeLessThan(25);
    expect(both.size).toBe(count);
  });

  it('turns half of the bits with each bit of the input', () => {
    const bytes = Buffer.from('__name__\u00ffup\u00ffjob\u00ffpetrel\u00ffx');
    hash64(bytes, 0, bytes.length, out);
    const reference = [...out] as [number, number];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      hash64(bytes, 0, bytes.length, out);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      const flipped = ones((out[0] as number) ^ reference[0]) + ones((out[1] as number) ^ reference[1]);
      expect(flipped).toBeGreaterThan(12);
      expect(flipped).toBeLessThan(52);
    }
  });
});

function ones(word: number): number {
  let count = 0;
  for (let w = word >>> 0; w !== 0; w &= w - 1) count++;
  return count;
}
