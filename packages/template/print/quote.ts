import { isRawByte } from '../values/utf8.ts';

const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

const ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  92: '\\\\',
};

/** Whether Go counts the code point as printable: graphic characters and the ASCII space. */
export function isPrintable(code: number): boolean {
  return code > 0x7f ? PRINTABLE.test(String.fromCodePoint(code)) : code >= 0x20 && code < 0x7f;
}

/** A string literal of Go: `"a\n"`. With `ascii`, everything beyond ASCII is escaped too. */
export function quoteGo(text: string, options: { readonly ascii?: boolean } = {}): string {
  let quoted = '"';
  for (const char of text) quoted += quotedChar(char, '"', options.ascii ?? false);
  return `${quoted}"`;
}

/** A character literal of Go: `'x'`. Codes that are no code points become U+FFFD. */
export function quoteRune(code: number, options: { readonly ascii?: boolean } = {}): string {
  return `'${quotedChar(runeText(code), "'", options.ascii ?? false)}'`;
}

/** The code point as a string; U+FFFD for what is none. */
export function runeText(code: number): string {
  return isScalar(code) ? String.fromCodePoint(code) : '\ufffd';
}

function isScalar(code: number): boolean {
  return code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

function quotedChar(char: string, quote: string, ascii: boolean): string {
  const code = char.codePointAt(0) as number;
  if (char === quote) return `\\${quote}`;
  const short = ESCAPES[code];
  if (short !== undefined) return short;
  if (char.length === 1 && isRawByte(code)) return `\\x${hex(code & 0xff, 2)}`;
  if (code < 0x7f ? code >= 0x20 : code > 0x7f && !ascii && isPrintable(code)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (!isScalar(code)) return '\\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** `U+0041 'A'`, as `%#U` prints: the character only where it is printable. */
export function unicodePoint(code: number): string {
  const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isScalar(code) && isPrintable(code) ? `${point} '${String.fromCodePoint(code)}'` : point;
}
