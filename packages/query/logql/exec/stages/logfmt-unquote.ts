import { hexAt } from './json-unescape.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  "'": "'",
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The inside of a quoted logfmt value with its escapes resolved, half surrogate pairs as U+FFFD; undefined where an escape is none. */
export function unquoteLogfmt(inside: string): string | undefined {
  let text = '';
  let from = 0;
  for (let at = inside.indexOf('\\'); at >= 0; at = inside.indexOf('\\', from)) {
    text += inside.slice(from, at);
    const char = inside.charAt(at + 1);
    if (char !== 'u') {
      const plain = ESCAPED[char];
      if (plain === undefined) return undefined;
      text += plain;
      from = at + 2;
      continue;
    }
    const code = hexAt(inside, at + 2);
    if (code < 0) return undefined;
    from = at + 6;
    const low = (code & 0xfc00) === 0xd800 && inside.startsWith('\\u', from) ? hexAt(inside, from + 2) : -1;
    if (low >= 0 && (low & 0xfc00) === 0xdc00) {
      text += String.fromCharCode(code, low);
      from += 6;
    } else text += (code & 0xf800) === 0xd800 ? '\ufffd' : String.fromCharCode(code);
  }
  return text + inside.slice(from);
}
