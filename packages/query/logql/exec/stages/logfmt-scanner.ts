import { unquoteLogfmt } from './logfmt-unquote.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Reads `key=value` pairs of a line one after another. */
export class LogfmtScanner {
  keyFrom = 0;
  keyTo = 0;
  valueFrom = 0;
  valueTo = 0;
  /** The value where it had escapes, else undefined: then it is `line[valueFrom, valueTo)`. */
  unquoted: string | undefined;
  /** What was wrong last, and where; '' where nothing was. */
  #mistake = '';
  #mistakeAt = 0;
  #line = '';
  #at = 0;

  reset(line: string): void {
    this.#line = line;
    this.#at = 0;
    this.#mistake = '';
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#line.length;
  }

  /** False: there is no further pair, or what stands here is none; then `mistake` says why, and reading may go on. */
  next(): boolean {
    const line = this.#line;
    const { length } = line;
    let at = this.#at;
    while (at < length && line.charCodeAt(at) <= SPACE) at++;
    this.#at = at;
    if (at >= length) return false;
    const start = at;
    this.keyFrom = start;
    this.unquoted = undefined;
    this.valueFrom = 0;
    this.valueTo = 0;
    let isPlain = true;
    for (; at < length; at++) {
      const code = line.charCodeAt(at);
      if (code === EQUALS || code <= SPACE) break;
      if (code === QUOTE) return this.#unexpected(at, code);
      if (code > 0x7f) isPlain = false;
    }
    this.keyTo = at;
    this.#at = at;
    const hasValue = line.charCodeAt(at) === EQUALS;
    if (hasValue && at === start) return this.#unexpected(at, EQUALS);
    if (!isPlain && line.slice(start, at).includes('\ufffd')) {
      this.#fail(at, 'invalid key');
      if (hasValue) this.#skipWord(at);
      return false;
    }
    return hasValue ? this.#value(at + 1) : true;
  }

  #value(from: number): boolean {
    const line = this.#line;
    const { length } = line;
    this.#at = from;
    if (from >= length || line.charCodeAt(from) <= SPACE) return true;
    if (line.charCodeAt(from) === QUOTE) return this.#quoted(from + 1);
    let at = from;
    for (; at < length; at++) {
      const code = line.charCodeAt(at);
      if (code === EQUALS || code === QUOTE) return this.#unexpected(at, code);
      if (code <= SPACE) break;
    }
    this.#at = at;
    this.valueFrom = from;
    this.valueTo = at;
    return true;
  }

  #quoted(from: number): boolean {
    const line = this.#line;
    let hasEscape = false;
    let at = from;
    for (; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code === BACKSLASH) {
        hasEscape = true;
        at++;
      } else if (code === QUOTE) break;
    }
    if (at >= line.length) {
      this.#at = line.length;
      return this.#fail(line.length, 'unterminated quoted value');
    }
    this.#at = at + 1;
    this.valueFrom = from;
    this.valueTo = at;
    if (!hasEscape) return true;
    this.unquoted = unquoteLogfmt(line.slice(from, at));
    return this.unquoted === undefined ? this.#fail(at + 1, 'invalid quoted value') : true;
  }

  #unexpected(at: number, code: number): boolean {
    this.#fail(at, `unexpected '${String.fromCharCode(code)}'`);
    this.#skipWord(at);
    return false;
  }

  #skipWord(from: number): void {
    const line = this.#line;
    let at = from;
    while (at < line.length && line.charCodeAt(at) > SPACE) at++;
    this.#at = at;
  }

  #fail(at: number, what: string): false {
    this.#mistakeAt = at;
    this.#mistake = what;
    return false;
  }

  /** What was wrong last, as `__error_details__` shows it: places count bytes from 1. Undefined: nothing was. */
  get mistake(): string | undefined {
    if (this.#mistake === '') return undefined;
    const before = new TextEncoder().encode(this.#line.slice(0, this.#mistakeAt)).length;
    return `logfmt syntax error at pos ${before + 1} : ${this.#mistake}`;
  }
}
