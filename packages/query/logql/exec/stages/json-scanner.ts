import type { JsonShape } from './json-shape.ts';
import type { NameCell } from './name-cell.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Objects within objects; deeper ones are left to the reader that does not care how deep it is. */
const MAX_DEPTH = 64;

/** Which characters stand in numbers. */
const IN_NUMBER = new Uint8Array(128);
for (const char of '0123456789+-.eE') IN_NUMBER[char.charCodeAt(0)] = 1;

/**
 * Finds the labels of a line of JSON in one pass, without making an object of it: cells and where their values stand. It accepts only lines about
 * which the loose reader cannot have another opinion; of all others it says that it cannot tell.
 */
export class JsonScanner {
  readonly cells: NameCell[] = [];
  readonly from: number[] = [];
  readonly to: number[] = [];
  /** Whether the value is a string; else it stands as it is. */
  readonly isString: boolean[] = [];
  count = 0;
  #text = '';

  /** False: read it with the loose reader. */
  scan(text: string, shape: JsonShape): boolean {
    this.#text = text;
    this.count = 0;
    const at = this.#skipSpace(0);
    return text.charCodeAt(at) === OPEN_BRACE && this.#object(at + 1, shape, 0) > 0;
  }

  #skipSpace(from: number): number {
    const text = this.#text;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
      at++;
    }
  }

  /** Behind the closing brace, -1 where it cannot tell. */
  #object(from: number, shape: JsonShape, depth: number): number {
    const text = this.#text;
    if (depth > MAX_DEPTH) return -1;
    let at = this.#skipSpace(from);
    if (text.charCodeAt(at) === CLOSE_BRACE) return at + 1;
    let expected = shape.first;
    let isFirst = true;
    let previous = expected;
    for (;;) {
      if (text.charCodeAt(at) !== QUOTE) return -1;
      let key = expected;
      const start = at + 1;
      if (key !== undefined && text.startsWith(key.raw, start) && text.charCodeAt(start + key.raw.length) === QUOTE) {
        at = start + key.raw.length + 1;
      } else {
        const end = text.indexOf('"', start);
        if (end < 0) return -1;
        const raw = text.slice(start, end);
        if (raw.includes('\\')) return -1;
        key = shape.key(raw);
        if (isFirst) shape.first = key;
        else if (previous !== undefined) previous.next = key;
        at = end + 1;
      }
      isFirst = false;
      previous = key;
      expected = key.next;
      if (text.charCodeAt(at) !== COLON) {
        at = this.#skipSpace(at);
        if (text.charCodeAt(at) !== COLON) return -1;
      }
      at++;
      let code = text.charCodeAt(at);
      if (code <= 0x20) {
        at = this.#skipSpace(at);
        code = text.charCodeAt(at);
      }
      if (code === QUOTE) {
        const end = this.#stringEnd(at + 1);
        if (end < 0) return -1;
        if (key.cell !== undefined) this.#found(key.cell, at + 1, end, true);
        at = end + 1;
      } else if (code === OPEN_BRACE) at = this.#object(at + 1, key.child, depth + 1);
      else if (code === OPEN_BRACKET) at = this.#arrayEnd(at);
      else at = this.#token(at, code, key.cell);
      if (at < 0) return -1;
      code = text.charCodeAt(at);
      if (code <= 0x20) {
        at = this.#skipSpace(at);
        code = text.charCodeAt(at);
      }
      if (code === CLOSE_BRACE) return at + 1;
      if (code !== COMMA) return -1;
      at++;
      if (text.charCodeAt(at) <= 0x20) at = this.#skipSpace(at);
    }
  }

  #found(cell: NameCell, from: number, to: number, isString: boolean): void {
    const at = this.count++;
    this.cells[at] = cell;
    this.from[at] = from;
    this.to[at] = to;
    this.isString[at] = isString;
  }

  /** The quote that closes a string, -1 where there is none. */
  #stringEnd(from: number): number {
    const text = this.#text;
    let at = text.indexOf('"', from);
    while (at > from && text.charCodeAt(at - 1) === BACKSLASH) {
      let slashes = 1;
      while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
      if (slashes % 2 === 0) break;
      at = text.indexOf('"', at + 1);
    }
    return at;
  }

  /** Behind an array; -1 also where braces in it do not match, for then the end of the object around it is a matter of opinion. */
  #arrayEnd(from: number): number {
    const text = this.#text;
    let brackets = 0;
    let braces = 0;
    for (let at = from; at < text.length; at++) {
      switch (text.charCodeAt(at)) {
        case QUOTE: {
          at = this.#stringEnd(at + 1);
          if (at < 0) return -1;
          break;
        }
        case OPEN_BRACKET:
          brackets++;
          break;
        case OPEN_BRACE:
          braces++;
          break;
        case CLOSE_BRACE:
          if (--braces < 0) return -1;
          break;
        case CLOSE_BRACKET:
          if (--brackets === 0) return braces === 0 ? at + 1 : -1;
      }
    }
    return -1;
  }

  /** Behind a number, `true`, `false` or `null`. */
  #token(from: number, first: number, cell: NameCell | undefined): number {
    const text = this.#text;
    let at = from;
    if ((first >= 0x30 && first <= 0x39) || first === 0x2d) {
      at++;
      while (IN_NUMBER[text.charCodeAt(at)] === 1) at++;
    } else if (text.startsWith('true', from)) at += 4;
    else if (text.startsWith('false', from)) at += 5;
    else if (text.startsWith('null', from)) at += 4;
    else return -1;
    const end = text.charCodeAt(at);
    if (end !== COMMA && end !== CLOSE_BRACE && end !== 0x20 && end !== 0x0a && end !== 0x0d && end !== 0x09) return -1;
    if (cell !== undefined && first !== 0x6e) this.#found(cell, from, at, false);
    return at;
  }
}
