import type { TextColumn } from '@petrel/model';

/**
 * Finds recognised ids in the lines that they were taken from, so that only their place has to be stored. A place counts from 1, and is given only for an id of
 * the usual length that does not follow a hexadecimal digit, where it begins a piece of its own in the index.
 */
export class IdPlaces {
  readonly #bodies: TextColumn;
  #row = 0;
  #start = 0;
  #end = 0;
  /** Where the last id of the line ended. */
  #from = 0;

  constructor(bodies: TextColumn) {
    this.#bodies = bodies;
  }

  /** Turns to a line. */
  enter(row: number): void {
    this.#row = row;
    this.#start = row === 0 ? 0 : (this.#bodies.ends[row - 1] as number);
    this.#end = this.#bodies.ends[row] as number;
    this.#from = this.#start;
  }

  /** The place of this line's id, or 0. */
  find(ids: TextColumn, length: number): number {
    const idStart = this.#row === 0 ? 0 : (ids.ends[this.#row - 1] as number);
    if ((ids.ends[this.#row] as number) - idStart !== length) return 0;
    // The ids of a line mostly stand in the order in which they are asked for.
    const at =
      this.#search(ids.bytes, idStart, length, this.#from) || this.#search(ids.bytes, idStart, length, this.#start);
    if (at === 0) return 0;
    this.#from = at - 1 + length;
    return at - this.#start;
  }

  /** One behind the absolute position, or 0. */
  #search(ids: Uint8Array, idStart: number, length: number, from: number): number {
    const { bytes } = this.#bodies;
    const first = ids[idStart] as number;
    const second = ids[idStart + 1] as number;
    const last = this.#end - length;
    for (let at = from; at <= last; at++) {
      if (bytes[at] !== first || bytes[at + 1] !== second) continue;
      let k = 2;
      while (k < length && bytes[at + k] === ids[idStart + k]) k++;
      if (k === length && (at === this.#start || !isHexDigit(bytes[at - 1] as number))) return at + 1;
    }
    return 0;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}
