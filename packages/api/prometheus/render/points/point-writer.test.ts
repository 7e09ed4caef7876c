import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJsonFloat } from '../go-number.ts';
import { PointWriter } from './point-writer.ts';
import { SOURCE_SHA256 } from './points-wasm.ts';

const STEPS = 1000;
const writer = new PointWriter(new Array<string>(STEPS).fill(',"'));

function texts(values: Float64Array): string[] {
  const padded = new Float64Array(STEPS);
  padded.set(values);
  const present = new Uint8Array(STEPS).fill(1, 0, values.length);
  const text = Buffer.from(writer.write(padded, present)).toString('latin1');
  return text === '' ? [] : text.slice(2, -2).split('"],"');
}

function check(values: Float64Array): void {
  expect(texts(values)).toEqual(Array.from(values, formatJsonFloat));
}

describe('PointWriter', () => {
  it('comes from the source beside it', () => {
    const source = readFileSync(join(import.meta.dirname, 'points.as'));
    expect(createHash('sha256').update(source).digest('hex')).toBe(SOURCE_SHA256);
  });

  it('writes the digits that JavaScript finds, for any bits', () => {
    const words = fc.uint32Array({ minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(words, (bits) => {
        check(new Float64Array(bits.slice(0, bits.length & ~1).buffer));
      }),
      { numRuns: 300 },
    );
  });

  it('writes every kind of number', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.integer(), fc.float()), { maxLength: 100 }), (list) => {
        check(Float64Array.from(list));
      }),
    );
    const powersOfTwo = Array.from({ length: STEPS }, (_, i) => 2 ** (i - 500));
    const powersOfTen = Array.from({ length: 620 }, (_, i) => Number(`1e${i - 310}`));
    const edges = [0, -0, 1, 0.1, 0.3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e21, 1e-6, 9.5e-7];
    const large = [2 ** 53, 2 ** 53 - 1, 2 ** 53 + 2, 1e20, 123456789012345680000];
    const others = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1 / 3, 2 / 3, 4.35, 0.000001];
    for (const list of [powersOfTwo, powersOfTen, [...edges, ...large, ...others]]) {
      check(Float64Array.from(list));
      check(Float64Array.from(list, (value) => -value));
    }
  });

  it('agrees on rates, which have the most digits', () => {
    for (let round = 0; round < 200; round++) {
      check(Float64Array.from({ length: STEPS }, () => (Math.random() * 10 ** (round % 12)) / 3));
    }
  });

  it('leaves out absent steps', () => {
    const three = new PointWriter([',[1,"', ',[2.500,"', ',[1000,"']);
    const text = (present: number[]) =>
      Buffer.from(three.write(Float64Array.of(1, 2.5, -3), Uint8Array.from(present))).toString();
    expect(text([1, 0, 1])).toBe(',[1,"1"],[1000,"-3"]');
    expect(text([0, 1, 0])).toBe(',[2.500,"2.5"]');
    expect(text([0, 0, 0])).toBe('');
  });
});
