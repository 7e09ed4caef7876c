import { type KnownField, type KnownParent, knownField, knownFieldIn, knownParent } from './known-keys.ts';
import { levelOfBytes, levelOfPino, levelOfSeverityNumber, levelOfSyslog } from './level.ts';
import { levelOfWord } from './level-word.ts';

/** What a caller wants to know of a line; bits. */
export const WANT_LEVEL = 1;
export const WANT_TRACE = 2;
export const WANT_SPAN = 4;
export const WANT_SERVICE = 8;
export const WANT_TIME = 16;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const EQUALS = 0x3d;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Ids are at most this long (OpenTelemetry's have 32 and 16 digits). */
const MAX_ID_BYTES = 64;
/** Level words are looked for in the first two lines of a text: a stack trace below them mentions many. */
const MAX_WORD_BYTES = 1024;
const MAX_WORD_LINES = 2;
/** Keys of a logfmt line further in are not looked for. */
const MAX_TEXT_BYTES = 32 * 1024;
/** Documents within a text that are looked into. */
const MAX_DOCUMENTS = 3;

const WORD = 1;
const JOINT = 2;
/** Letters, digits and the underscore make words; dots, hyphens and at signs join them to keys. */
const CHARS = charClasses();

function charClasses(): Uint8Array {
  const out = new Uint8Array(256);
  for (let c = 0x30; c <= 0x39; c++) out[c] = WORD;
  for (let c = 0x41; c <= 0x5a; c++) out[c] = out[c + 0x20] = WORD;
  out[0x5f] = WORD;
  for (const c of '.-@') out[c.charCodeAt(0)] = JOINT;
  return out;
}

/**
 * Looks once over the bytes of a line and keeps where it found what was wanted: the keys of a JSON document (at the top, and in the objects where ECS, Datadog and
 * OpenTelemetry have them), those of logfmt, and for the level words as well. Ranges are positions in the bytes given, `from === to` where there is nothing; the
 * first find counts. One object serves line after line, so that nothing is allocated for a line.
 */
export class LineRecogniser {
  /** Code of LOG_LEVELS; 0 where none was found. */
  level = 0;
  traceFrom = 0;
  traceTo = 0;
  spanFrom = 0;
  spanTo = 0;
  /** Of a string, inside its quotes; escapes stand as they are. */
  serviceFrom = 0;
  serviceTo = 0;
  timeFrom = 0;
  timeTo = 0;
  /** The line starts as a JSON object. */
  json = false;
  #want = 0;
  #messageFrom = 0;
  #messageTo = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  /** `want` is a sum of the WANT bits; what is not wanted may be found too. */
  recognise(bytes: Uint8Array, from: number, to: number, want: number): void {
    this.level = 0;
    this.traceFrom = this.traceTo = this.spanFrom = this.spanTo = 0;
    this.serviceFrom = this.serviceTo = this.timeFrom = this.timeTo = 0;
    this.#messageFrom = this.#messageTo = 0;
    this.#bytes = bytes;
    this.#want = want;
    let pos = from;
    while (pos < to && (bytes[pos] as number) <= 0x20) pos++;
    this.json = pos < to && bytes[pos] === OPEN_BRACE;
    if (!this.json) this.#text(pos, to);
    else {
      this.#members(pos + 1, to, undefined);
      // A document that does not name its level may have it in its message.
      if ((this.#want & WANT_LEVEL) !== 0) this.#text(this.#messageFrom, this.#messageTo);
    }
  }

  /** Members of an object from `pos` on; returns where it ends, `to` where reading stopped before. */
  #members(pos: number, to: number, parent: KnownParent | undefined): number {
    const bytes = this.#bytes;
    while (pos < to && this.#want !== 0) {
      const first = bytes[pos] as number;
      if (first <= 0x20 || first === COMMA) {
        pos++;
        continue;
      }
      if (first !== QUOTE) return first === CLOSE_BRACE ? pos + 1 : to;
      const keyFrom = pos + 1;
      const keyTo = stringEnd(bytes, keyFrom, to);
      const start = valueStart(bytes, keyTo + 1, to);
      const c = bytes[start] as number;
      if (start >= to) return to;
      if (c === QUOTE) {
        const end = stringEnd(bytes, start + 1, to);
        this.#member(parent, keyFrom, keyTo, start + 1, end, true);
        pos = end + 1;
      } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        const inner = c === OPEN_BRACE && parent === undefined ? knownParent(bytes, keyFrom, keyTo) : undefined;
        pos = inner === undefined ? containerEnd(bytes, start + 1, to) : this.#members(start + 1, to, inner);
      } else {
        pos = scalarEnd(bytes, start, to);
        if (pos === start) return to;
        this.#member(parent, keyFrom, keyTo, start, pos, false);
      }
    }
    return to;
  }

  #member(
    parent: KnownParent | undefined,
    keyFrom: number,
    keyTo: number,
    from: number,
    to: number,
    text: boolean,
  ): void {
    const bytes = this.#bytes;
    const field =
      parent === undefined ? knownField(bytes, keyFrom, keyTo) : knownFieldIn(parent, bytes, keyFrom, keyTo);
    if (field !== undefined) this.#take(field, from, to, text);
  }

  /** A value under a known key. `text` is false for a JSON number (or true, false, null). */
  #take(field: KnownField, from: number, to: number, text: boolean): void {
    const bytes = this.#bytes;
    switch (field) {
      case 'level':
      case 'severityNumber':
      case 'syslogSeverity':
        if ((this.#want & WANT_LEVEL) !== 0) this.#found(levelOfField(field, bytes, from, to));
        return;
      case 'traceId':
        if ((this.#want & WANT_TRACE) === 0 || !isId(bytes, from, to)) return;
        this.traceFrom = from;
        this.traceTo = to;
        this.#want &= ~WANT_TRACE;
        return;
      case 'spanId':
        if ((this.#want & WANT_SPAN) === 0 || !isId(bytes, from, to)) return;
        this.spanFrom = from;
        this.spanTo = to;
        this.#want &= ~WANT_SPAN;
        return;
      case 'service':
        if ((this.#want & WANT_SERVICE) === 0 || !text || from === to) return;
        this.serviceFrom = from;
        this.serviceTo = to;
        this.#want &= ~WANT_SERVICE;
        return;
      case 'time':
        if ((this.#want & WANT_TIME) === 0 || from === to || isWordOfJson(bytes, from, text)) return;
        this.timeFrom = from;
        this.timeTo = to;
        this.#want &= ~WANT_TIME;
        return;
      case 'message':
        if (!text || this.#messageTo > this.#messageFrom) return;
        this.#messageFrom = from;
        this.#messageTo = to;
    }
  }

  #found(level: number): void {
    if (level === 0 || (this.#want & WANT_LEVEL) === 0) return;
    this.level = level;
    this.#want &= ~WANT_LEVEL;
  }

  /** logfmt's keys and level words. A key that names the level outranks every word; words count in the order in which they stand. */
  #text(from: number, to: number): void {
    const bytes = this.#bytes;
    const end = Math.min(to, from + MAX_TEXT_BYTES);
    let word = 0;
    let wordsEnd = Math.min(end, from + MAX_WORD_BYTES);
    let lines = 0;
    let documents = MAX_DOCUMENTS;
    let keyFrom = from;
    let quotedTo = from;
    let pos = from;
    while (pos < end && this.#want !== 0) {
      const c = bytes[pos] as number;
      if (CHARS[c] !== WORD) {
        if (c === LINE_FEED && ++lines === MAX_WORD_LINES) wordsEnd = Math.min(wordsEnd, pos);
        if (c === OPEN_BRACE && documents > 0 && bytes[pos + 1] === QUOTE && pos >= quotedTo) {
          documents--;
          pos = this.#embedded(pos + 1, end);
        } else pos++;
        // `keyFrom` stays where a joint carries a key on.
        if (CHARS[c] !== JOINT) keyFrom = pos;
        continue;
      }
      const start = pos;
      do pos++;
      while (pos < end && CHARS[bytes[pos] as number] === WORD);
      if (bytes[pos] === EQUALS && pos < end && pos >= quotedTo) {
        const quoted = pos + 1 < end && bytes[pos + 1] === QUOTE;
        const valueFrom = quoted ? pos + 2 : pos + 1;
        const field = knownField(bytes, keyFrom, pos);
        if (field !== undefined && field !== 'message') {
          const valueTo = quoted ? stringEnd(bytes, valueFrom, end) : bareEnd(bytes, valueFrom, end);
          this.#take(field, valueFrom, valueTo, true);
          pos = valueTo;
        } else {
          // Words in a value may tell the level, but nothing in quotes is a key.
          if (quoted) quotedTo = stringEnd(bytes, valueFrom, end);
          pos = valueFrom;
        }
        keyFrom = pos;
      } else if (word === 0 && start < wordsEnd) word = levelOfWord(bytes, start, pos);
    }
    this.#found(word);
  }

  /** A document behind a prefix, `2026-01-01T00:00:00Z stdout F {"level":…`; where it is none after all, the text goes on. */
  #embedded(from: number, to: number): number {
    const end = this.#members(from, to, undefined);
    return end > from && this.#bytes[end - 1] === CLOSE_BRACE ? end : from;
  }
}

/** The level code that a value under a known key names; 0 where it names none. */
export function levelOfField(field: KnownField, bytes: Uint8Array, from: number, to: number): number {
  if (field === 'level') return levelOfBytes(bytes, from, to) || levelOfPino(wholeNumber(bytes, from, to));
  if (field === 'severityNumber') return levelOfSeverityNumber(wholeNumber(bytes, from, to));
  if (field === 'syslogSeverity') return levelOfSyslog(wholeNumber(bytes, from, to)) || levelOfBytes(bytes, from, to);
  return 0;
}

/** Where a JSON string that starts at `pos` ends: at its closing quote, or at `to`. */
function stringEnd(bytes: Uint8Array, pos: number, to: number): number {
  while (pos < to) {
    const c = bytes[pos];
    if (c === QUOTE) return pos;
    pos += c === BACKSLASH ? 2 : 1;
  }
  return to;
}

/** Past the colon and the space behind a key. */
function valueStart(bytes: Uint8Array, pos: number, to: number): number {
  while (pos < to && ((bytes[pos] as number) <= 0x20 || bytes[pos] === COLON)) pos++;
  return pos;
}

function scalarEnd(bytes: Uint8Array, pos: number, to: number): number {
  for (; pos < to; pos++) {
    const c = bytes[pos] as number;
    if (c <= 0x20 || c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET) break;
  }
  return pos;
}

function containerEnd(bytes: Uint8Array, pos: number, to: number): number {
  for (let depth = 1; pos < to; pos++) {
    const c = bytes[pos];
    if (c === QUOTE) pos = stringEnd(bytes, pos + 1, to);
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return pos + 1;
  }
  return to;
}

function bareEnd(bytes: Uint8Array, pos: number, to: number): number {
  while (pos < to && (bytes[pos] as number) > 0x20 && bytes[pos] !== COMMA) pos++;
  return pos;
}

/** null, true and false are no times. */
function isWordOfJson(bytes: Uint8Array, from: number, text: boolean): boolean {
  return !text && (bytes[from] as number) >= 0x61;
}

/** Up to nine digits; NaN for anything else. */
function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > 9) return Number.NaN;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether bytes `[from, to)` can be the id of a trace or a span: up to 64 of `[0-9A-Za-z_-]`, not zeros alone. */
export function isId(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || to - from > MAX_ID_BYTES) return false;
  let zeros = true;
  for (let i = from; i < to; i++) {
    const c = bytes[i] as number;
    if (CHARS[c] !== WORD && c !== 0x2d) return false;
    if (c !== 0x30 && c !== 0x2d) zeros = false;
  }
  // JSON's null is no id.
  return !zeros && !(to - from === 4 && bytes[from] === 0x6e && bytes[from + 1] === 0x75 && bytes[from + 2] === 0x6c);
}
