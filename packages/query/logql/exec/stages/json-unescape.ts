const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The text of a JSON string, given without its quotes; undefined where an escape is none of JSON's, or half of a surrogate pair. */
export function unescapeJson(raw: string): string | undefined {
  let text = '';
  let from = 0;
  for (let at = raw.indexOf('\\'); at >= 0; at = raw.indexOf('\\', from)) {
    text += raw.slice(from, at);
    const char = raw.charAt(at + 1);
    if (char === 'u') {
      const code = hexAt(raw, at + 2);
      if (code < 0 || (code & 0xfc00) === 0xdc00) return undefined;
      from = at + 6;
      text += String.fromCharCode(code);
      if ((code & 0xfc00) !== 0xd800) continue;
      const low = raw.startsWith('\\u', from) ? hexAt(raw, from + 2) : -1;
      if ((low & 0xfc00) !== 0xdc00 || low < 0) return undefined;
      text += String.fromCharCode(low);
      from += 6;
    } else {
      const plain = ESCAPED[char];
      if (plain === undefined) return undefined;
      text += plain;
      from = at + 2;
    }
  }
  return text + raw.slice(from);
}

/** The number of four hexadecimal digits, -1 where there are none. */
export function hexAt(text: string, at: number): number {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
