import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hash64, hash64View } from './hash.ts';

test('a DataView over the same bytes gives the same hash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(60), (bytes, a, b) => {
      const start = Math.min(a, b, bytes.length);
      const end = Math.min(Math.max(a, b), bytes.length);
      const [x, y] = [new Uint32Array(2), new Uint32Array(2)];
      hash64(bytes, start, end, x);
      hash64View(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start, end, y);
      expect([...y]).toEqual([...x]);
    }),
  );
});
