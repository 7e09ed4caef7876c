import { isPrintable } from '../print/quote.ts';
import { toBytes } from '../values/utf8.ts';

const HTML: Readonly<Record<string, string>> = {
  '\u0000': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Text for HTML, as the builtin `html` writes it. */
export function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of the five
  return text.replace(/["'&<>\u0000]/g, (char) => HTML[char] as string);
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** Text for a string of JavaScript, as the builtin `js` writes it. */
export function escapeJs(text: string): string {
  let escaped = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const known = JS[char];
    if (known !== undefined) escaped += known;
    else if (code >= 0x20 && (code < 0x80 || isPrintable(code))) escaped += char;
    else escaped += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return escaped;
}

/** Percent-encoding of Go's url.QueryEscape: spaces are plus signs. */
export function escapeQuery(text: string): string {
  let escaped = '';
  for (const char of text) {
    if (/^[A-Za-z0-9\-_.~]$/.test(char)) escaped += char;
    else if (char === ' ') escaped += '+';
    else for (const byte of toBytes(char)) escaped += percent(byte);
  }
  return escaped;
}

/** `%2F` */
export function percent(byte: number, upper = true): string {
  const hex = byte.toString(16).padStart(2, '0');
  return `%${upper ? hex.toUpperCase() : hex}`;
}
