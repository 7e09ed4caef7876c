import { unescapeJson } from './json-unescape.ts';

/**
 * Reading JSON the way Loki does: loosely. What it does not need it does not check, so much that is no JSON is read without an error; and
 * where it fails, its messages are what `__error_details__` shows.
 */
export const JSON_MISTAKES = {
  json: 'Malformed JSON error',
  string: `Value is string, but can't find closing '"' symbol`,
  array: "Value is array, but can't find closing ']' symbol",
  object: "Value looks like object, but can't find closing '}' symbol",
  value: 'Unknown value type',
  escape: 'Encountered an invalid escape sequence in a string',
} as const;

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/** `text[from, to)`; of a string without its quotes. `end` is behind the quotes. */
export interface JsonValue {
  readonly kind: JsonKind;
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/** The next character that is no white space, `to` where there is none. */
export function skipSpace(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Behind the quote that closes the string whose inside begins at `from`; -1 where there is none. */
export function stringEnd(text: string, from: number, to: number): number {
  for (let at = text.indexOf('"', from); at >= 0 && at < to; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/** Behind the bracket that closes the one at `from`; other brackets do not count, those in strings neither. -1 where there is none. */
export function blockEnd(text: string, from: number, to: number): number {
  const open = text.charCodeAt(from);
  const close = open === 0x7b ? 0x7d : 0x5d;
  let level = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      const end = stringEnd(text, at + 1, to);
      if (end < 0) return -1;
      at = end - 1;
    } else if (code === open) level++;
    else if (code === close && --level === 0) return at + 1;
  }
  return -1;
}

/** The value at or behind `from`; a string that says what is wrong where there is none. */
export function readJsonValue(text: string, from: number, to: number): JsonValue | string {
  const at = skipSpace(text, from, to);
  if (at >= to) return JSON_MISTAKES.json;
  const first = text.charAt(at);
  if (first === '"') {
    const end = stringEnd(text, at + 1, to);
    return end < 0 ? JSON_MISTAKES.string : { kind: 'string', from: at + 1, to: end - 1, end };
  }
  if (first === '[' || first === '{') {
    const kind = first === '[' ? 'array' : 'object';
    const end = blockEnd(text, at, to);
    return end < 0 ? JSON_MISTAKES[kind] : { kind, from: at, to: end, end };
  }
  let end = at;
  while (end < to && !isTokenEnd(text.charCodeAt(end))) end++;
  const kind = kindOfToken(text.slice(at, end));
  return kind === undefined ? JSON_MISTAKES.value : { kind, from: at, to: end, end };
}

/** White space, comma, closing brackets. */
export function isTokenEnd(code: number): boolean {
  return isSpace(code) || code === 0x2c || code === 0x7d || code === 0x5d;
}

function kindOfToken(token: string): JsonKind | undefined {
  if (token === 'true' || token === 'false') return 'boolean';
  if (token === 'null') return 'null';
  return /^[\d-]/.test(token) ? 'number' : undefined;
}

/** Called for each entry of an object; what it returns ends the reading as a mistake. */
export type JsonEntryVisitor = (key: string, value: JsonValue) => string | undefined;

/** Reads the object at or behind `from`. What stands behind it is of no interest. Returns what is wrong. */
export function readJsonObject(
  text: string,
  range: { readonly from: number; readonly to: number },
  visit: JsonEntryVisitor,
): string | undefined {
  const { to } = range;
  let at = skipSpace(text, range.from, to);
  if (at >= to || text.charCodeAt(at) !== 0x7b) return JSON_MISTAKES.object;
  at = skipSpace(text, at + 1, to);
  if (at >= to) return JSON_MISTAKES.json;
  if (text.charCodeAt(at) === 0x7d) return undefined;
  for (;;) {
    if (text.charCodeAt(at) !== 0x22) return JSON_MISTAKES.object;
    const keyEnd = stringEnd(text, at + 1, to);
    if (keyEnd < 0) return JSON_MISTAKES.json;
    const raw = text.slice(at + 1, keyEnd - 1);
    const key = raw.includes('\\') ? unescapeJson(raw) : raw;
    if (key === undefined) return JSON_MISTAKES.escape;
    at = skipSpace(text, keyEnd, to);
    if (at >= to || text.charCodeAt(at) !== 0x3a) return JSON_MISTAKES.json;
    const value = readJsonValue(text, at + 1, to);
    if (typeof value === 'string') return value;
    const mistake = visit(key, value);
    if (mistake !== undefined) return mistake;
    at = skipSpace(text, value.end, to);
    if (at >= to) return JSON_MISTAKES.array;
    const code = text.charCodeAt(at);
    if (code === 0x7d) return undefined;
    if (code !== 0x2c) return JSON_MISTAKES.object;
    at = skipSpace(text, at + 1, to);
    if (at >= to) return JSON_MISTAKES.array;
  }
}
