import type { Cells, Folding, Window } from './folding.ts';
import { newCells } from './folding.ts';
import type { Buckets } from './windows.ts';

/**
 * Merges buckets into windows, each in constant time whatever the overlap: buckets are cut into blocks as long as a window, and a window that begins in
 * one block and ends in the next is the rest of the one and the beginning of the other. Nothing is ever subtracted, so NaN and infinities stay where they are.
 */
export class WindowFolder {
  readonly #buckets: Buckets;
  readonly #folding: Folding;
  /** From each bucket to the end of its block, and from the block's start to each bucket. */
  readonly #rest: Cells;
  readonly #begun: Cells;
  readonly #merged: Cells;

  constructor(buckets: Buckets, folding: Folding) {
    this.#buckets = buckets;
    this.#folding = folding;
    const length = buckets.perWindow === 1 ? 0 : buckets.count;
    this.#rest = newCells(folding, length);
    this.#begun = newCells(folding, length);
    this.#merged = newCells(folding, 1);
  }

  /** Writes the value of each window that has lines; `present` comes all zero. Returns how many have. */
  fold(cells: Cells, windowAt: (step: number) => Window, out: Float64Array, present: Uint8Array): number {
    const { perStep, perWindow } = this.#buckets;
    if (perWindow > 1) this.#sweep(cells);
    let found = 0;
    for (let k = 0; k < out.length; k++) {
      const at = k * perStep;
      const [from, place] = perWindow === 1 ? ([cells, at] as const) : this.#window(at);
      if (from.count[place] === 0) continue;
      out[k] = this.#folding.value(from, place, windowAt(k));
      present[k] = 1;
      found++;
    }
    return found;
  }

  #window(at: number): readonly [Cells, number] {
    const { perWindow } = this.#buckets;
    const end = at + perWindow - 1;
    if (at % perWindow === 0) return [this.#begun, end];
    this.#put(this.#merged, 0, this.#rest, at, this.#begun, end);
    return [this.#merged, 0];
  }

  #sweep(cells: Cells): void {
    const { count, perWindow } = this.#buckets;
    for (let i = 0; i < count; i++) {
      if (i % perWindow === 0) copy(this.#begun, i, cells, i);
      else this.#put(this.#begun, i, this.#begun, i - 1, cells, i);
    }
    for (let i = count - 1; i >= 0; i--) {
      if (i === count - 1 || (i + 1) % perWindow === 0) copy(this.#rest, i, cells, i);
      else this.#put(this.#rest, i, cells, i, this.#rest, i + 1);
    }
  }

  #put(into: Cells, to: number, a: Cells, i: number, b: Cells, j: number): void {
    const before = a.count[i] as number;
    const after = b.count[j] as number;
    if (after === 0) copy(into, to, a, i);
    else if (before === 0) copy(into, to, b, j);
    else {
      this.#folding.merge(into, to, a, i, b, j);
      into.count[to] = before + after;
    }
  }
}

function copy(into: Cells, to: number, from: Cells, at: number): void {
  into.count[to] = from.count[at] as number;
  for (let c = 0; c < into.columns.length; c++) {
    (into.columns[c] as Float64Array)[to] = (from.columns[c] as Float64Array)[at] as number;
  }
}
