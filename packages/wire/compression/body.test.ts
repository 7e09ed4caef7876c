import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSnappy, encodeSnappy } from '../snappy/snappy.ts';
import { decodeBody } from './body.ts';

const encoders = {
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate raw': deflateRawSync,
  snappy: encodeSnappy,
  identity: (bytes: Uint8Array) => bytes,
} as const;
const names = Object.keys(encoders) as (keyof typeof encoders)[];

test('every encoding gives back what went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 3000 }), async (name, bytes) => {
      const body = encoders[name](bytes);
      expect(Buffer.from(await decodeBody(body, name.split(' ')[0], 5000)).equals(bytes)).toBe(true);
    }),
  );
});

test('bombs are refused, whatever they declare', async () => {
  const zeros = new Uint8Array(2_000_000);
  for (const name of names) {
    await expect(decodeBody(encoders[name](zeros), name.split(' ')[0], 1_000_000)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
  }
  expect(() => decodeSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 0), 2 ** 31)).toThrow(/impossible length/);
  await expect(decodeBody(zeros, 'br', 10)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
});

test('mutated bodies give a result or a 4xx', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      async (name, bytes, edits) => {
        const body = Uint8Array.from(encoders[name](bytes));
        for (const [at, byte] of edits) body[at % body.length] = byte;
        try {
          expect((await decodeBody(body, name.split(' ')[0], 10_000)).length).toBeLessThanOrEqual(10_000);
        } catch (error) {
          expect(error).toBeInstanceOf(PetrelError);
          expect(Math.floor((error as PetrelError).status / 100)).toBe(4);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('bodies are inflated a few at a time, in order, and all of them, good or not', async () => {
  const size = 8 << 20;
  const large = gzipSync(Buffer.alloc(size));
  const ended: string[] = [];
  const inflate = async (name: string, body: Uint8Array): Promise<number> => {
    const length = await decodeBody(body, 'gzip', size).then(
      (out) => out.length,
      () => -1,
    );
    ended.push(name);
    return length;
  };
  const many = Array.from({ length: 8 }, () => inflate('large', large));
  const bad = Array.from({ length: 4 }, () => inflate('bad', Buffer.from('bad')));
  const small = inflate('small', gzipSync('x'));
  expect(await Promise.all([...many, ...bad, small])).toEqual([...Array(8).fill(size), -1, -1, -1, -1, 1]);
  // Side by side with all the others, the small one would have been the first.
  expect(ended.slice(0, 5)).toEqual(Array(5).fill('large'));
  expect(await inflate('after', large)).toBe(size);
});
