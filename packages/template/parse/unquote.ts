import { fromBytes, isRawByte, toBytes } from '../values/utf8.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The value of a string literal with its quotes; undefined where Go says `invalid syntax`. */
export function unquoteString(quoted: string): string | undefined {
  const quote = quoted.charAt(0);
  const body = quoted.slice(1, -1);
  if (quote === '`') return body.replaceAll('\r', '');
  const parts = unescaped(body, quote);
  if (parts === undefined) return undefined;
  const value = parts.join('');
  // Escaped bytes may have made up characters together.
  return parts.some((part) => part.length === 1 && isRawByte(part.charCodeAt(0))) ? fromBytes(toBytes(value)) : value;
}

/** The code point of a character constant with its quotes; undefined where it is none or more than one. */
export function unquoteChar(quoted: string): number | undefined {
  const parts = unescaped(quoted.slice(1, -1), "'");
  if (parts?.length !== 1) return undefined;
  const code = (parts[0] as string).codePointAt(0) as number;
  return isRawByte(code) ? code & 0xff : code;
}

/** One part a character or escape; raw bytes are lone surrogates. */
function unescaped(body: string, quote: string): string[] | undefined {
  const parts: string[] = [];
  for (let at = 0; at < body.length; ) {
    const char = String.fromCodePoint(body.codePointAt(at) as number);
    if (char === quote || char === '\n') return undefined;
    if (char !== '\\') {
      parts.push(char);
      at += char.length;
      continue;
    }
    const found = escapeAt(body, at + 1, quote);
    if (found === undefined) return undefined;
    parts.push(found.text);
    at += 1 + found.size;
  }
  return parts;
}

function escapeAt(
  body: string,
  at: number,
  quote: string,
): { readonly text: string; readonly size: number } | undefined {
  const letter = body.charAt(at);
  const count = DIGITS[letter];
  if (count !== undefined && Object.hasOwn(DIGITS, letter)) {
    const digits = body.slice(at + 1, at + 1 + count);
    if (digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const code = Number.parseInt(digits, 16);
    if (letter === 'x') return { text: byteText(code), size: 3 };
    const isScalar = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isScalar ? { text: String.fromCodePoint(code), size: 1 + count } : undefined;
  }
  if (/^[0-7]{3}/.test(body.slice(at))) {
    const code = Number.parseInt(body.slice(at, at + 3), 8);
    return code > 0xff ? undefined : { text: byteText(code), size: 3 };
  }
  if ((letter === "'" || letter === '"') && letter !== quote) return undefined;
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  return simple === undefined ? undefined : { text: simple, size: 1 };
}

function byteText(code: number): string {
  return String.fromCharCode(code < 0x80 ? code : 0xdc00 + code);
}
