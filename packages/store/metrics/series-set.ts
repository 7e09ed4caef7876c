import type { Labels } from '@petrel/model';
import { HashIndex } from './hash-index.ts';

/** Series by 64-bit id, with labels, in the order in which they were added. Only ever grows. */
export class SeriesSet {
  readonly labels: Labels[] = [];
  readonly #index = new HashIndex(64);
  #words = new Uint32Array(64);
  #labelBytes = 0;

  get size(): number {
    return this.labels.length;
  }

  /** An estimate of the memory held. */
  get bytes(): number {
    return this.#labelBytes + this.#words.byteLength + this.#index.bytes;
  }

  /** Position of the id, or -1. */
  find(high: number, low: number): number {
    return this.#index.get(high, low);
  }

  /** Position, new or old. */
  add(high: number, low: number, labels: Labels): number {
    const known = this.#index.get(high, low);
    if (known >= 0) return known;
    const position = this.labels.push(labels) - 1;
    if (2 * position + 2 > this.#words.length) {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[2 * position] = low;
    this.#words[2 * position + 1] = high;
    this.#index.add(high, low, position);
    this.#labelBytes += 64 + labels.pairs.length * 24;
    return position;
  }

  highOf(position: number): number {
    return this.#words[2 * position + 1] as number;
  }

  lowOf(position: number): number {
    return this.#words[2 * position] as number;
  }

  idOf(position: number): bigint {
    return (BigInt(this.highOf(position)) << 32n) | BigInt(this.lowOf(position));
  }
}
