import { POINTS_WASM } from './points-wasm.ts';

/** Room for a time and a value: 24 digits and signs, brackets and quotes, and the prefix beside them. */
const VALUE_BYTES = 28;
const PAGE_BYTES = 65_536;
// Words are copied whole, past the end of what is meant.
const SLACK_BYTES = 64;
// After the powers of ten and the digits' scratch space.
const INPUT_START = 16_384;

let module: WebAssembly.Module | undefined;
let powers: Uint8Array | undefined;

interface Exports {
  writePoints(steps: number, values: number, present: number, offsets: number, out: number): number;
}

/**
 * Writes the points of step series as JSON, `,[<time>,"<value>"]` each, with the shortest digits that read back as the same float64 (the text
 * of `formatJsonFloat`). The loop is WebAssembly (points.as): JavaScript's own number-to-text conversion takes about 300 ns for a
 * number of 17 digits, and an answer has millions.
 */
export class PointWriter {
  readonly #write: () => number;
  readonly #steps: number;
  readonly #values: Float64Array;
  readonly #present: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #out: number;

  /** @param times ASCII before the value of each step, such as `,[1700000000,"` */
  constructor(times: readonly string[]) {
    const steps = times.length;
    const text = new TextEncoder().encode(times.join(''));
    const values = INPUT_START;
    const offsets = values + steps * 8;
    const present = offsets + (steps + 1) * 4;
    const prefixes = present + steps;
    const out = align8(prefixes + text.length);
    const end = out + text.length + steps * VALUE_BYTES + SLACK_BYTES;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES) });
    module ??= new WebAssembly.Module(Buffer.from(POINTS_WASM, 'base64'));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const { writePoints } = exports as unknown as Exports;
    const { buffer } = memory;
    this.#bytes = new Uint8Array(buffer);
    powers ??= powersOfTen();
    this.#bytes.set(powers);
    this.#bytes.set(text, prefixes);
    const starts = new Uint32Array(buffer, offsets, steps + 1);
    let at = prefixes;
    for (let k = 0; k < steps; k++) {
      starts[k] = at;
      at += (times[k] as string).length;
    }
    starts[steps] = at;
    this.#steps = steps;
    this.#values = new Float64Array(buffer, values, steps);
    this.#present = new Uint8Array(buffer, present, steps);
    this.#out = out;
    this.#write = () => writePoints(steps, values, present, offsets, out);
  }

  /** The points of one series, those with `present` 0 left out. Valid until the next call. */
  write(values: Float64Array, present: Uint8Array): Uint8Array {
    this.#values.set(values.subarray(0, this.#steps));
    this.#present.set(present.subarray(0, this.#steps));
    return this.#bytes.subarray(this.#out, this.#write());
  }
}

function align8(at: number): number {
  return (at + 7) & ~7;
}

const MIN_POWER = -292;
const MAX_POWER = 324;

/** 10^k scaled to [2^127, 2^128) and rounded up, high word first, for each k of the table that points.as reads. */
function powersOfTen(): Uint8Array {
  const table = new BigUint64Array((MAX_POWER - MIN_POWER + 1) * 2);
  for (let k = MIN_POWER; k <= MAX_POWER; k++) {
    const power = 10n ** BigInt(Math.abs(k));
    const shift = 127 - Math.floor((k * 1_741_647) / 2 ** 19);
    const [over, under] = k < 0 ? [1n, power] : [power, 1n];
    const numerator = shift >= 0 ? over << BigInt(shift) : over;
    const denominator = shift >= 0 ? under : under << BigInt(-shift);
    const scaled = (numerator + denominator - 1n) / denominator;
    table[(k - MIN_POWER) * 2] = scaled >> 64n;
    table[(k - MIN_POWER) * 2 + 1] = scaled & 0xffff_ffff_ffff_ffffn;
  }
  return new Uint8Array(table.buffer);
}
