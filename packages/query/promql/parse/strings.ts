/**
 * Go's strings are bytes; JavaScript's are UTF-16. A byte that is no part of valid UTF-8 (written `"\xc5"`, or decoded from
 * elsewhere) is kept as the lone surrogate U+DC00 + byte (U+DC80 to U+DCFF), the convention that Python calls surrogateescape. Valid UTF-8
 * never decodes to a lone surrogate, so nothing collides, and `encodeBytes` gives the original bytes back.
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes → text; invalid bytes become U+DC80…U+DCFF one by one. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeLeniently(bytes);
  }
}

function decodeLeniently(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const size = sequenceLength(bytes[i] as number);
    let piece: string | undefined;
    if (size > 0 && i + size <= bytes.length) {
      try {
        piece = strictDecoder.decode(bytes.subarray(i, i + size));
      } catch {
        piece = undefined;
      }
    }
    if (piece === undefined) out += String.fromCharCode(0xdc00 + (bytes[i++] as number));
    else {
      out += piece;
      i += size;
    }
  }
  return out;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** The inverse of `decodeBytes`; any other lone surrogate becomes U+FFFD. */
export function encodeBytes(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text);
  const parts: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
    else parts.push(...encoder.encode(char));
  }
  return Uint8Array.from(parts);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
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

/**
 * The content of a string literal with its quotes (`"…"`, `'…'`, `` `…` ``), as the lexer has accepted it. Undefined for a literal
 * that it would not accept.
 */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || quote !== literal.at(-1)) return undefined;
  const body = literal.slice(1, -1);
  if (quote === '`') return body.includes('`') ? undefined : body;
  if (quote !== '"' && quote !== "'") return undefined;
  if (!body.includes('\\')) return body.includes(quote) || body.includes('\n') ? undefined : body;
  return unescapeBody(body, quote);
}

function unescapeBody(body: string, quote: string): string | undefined {
  let out = '';
  let raw = false;
  for (let i = 0; i < body.length; ) {
    const char = body[i] as string;
    if (char === quote || char === '\n') return undefined;
    if (char !== '\\') {
      out += char;
      i++;
      continue;
    }
    const kind = body[i + 1] ?? '';
    const simple = SIMPLE_ESCAPES[kind];
    if (simple !== undefined) {
      if ((kind === '"' || kind === "'") && kind !== quote) return undefined;
      out += simple;
      i += 2;
      continue;
    }
    const [digits, radix, from] =
      kind === 'x' ? [2, 16, 2] : kind === 'u' ? [4, 16, 2] : kind === 'U' ? [8, 16, 2] : [3, 8, 1];
    const text = body.slice(i + from, i + from + digits);
    const code = text.length === digits && isDigits(text, radix) ? Number.parseInt(text, radix) : -1;
    if (kind === 'u' || kind === 'U') {
      if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
      out += String.fromCodePoint(code);
    } else {
      if (code < 0 || code > 0xff) return undefined;
      raw ||= code >= 0x80;
      out += code < 0x80 ? String.fromCharCode(code) : String.fromCharCode(0xdc00 + code);
    }
    i += from + digits;
  }
  // Escaped bytes side by side may spell a character.
  return raw ? decodeBytes(encodeBytes(out)) : out;
}

function isDigits(text: string, radix: number): boolean {
  return radix === 8 ? /^[0-7]+$/.test(text) : /^[0-9a-fA-F]+$/.test(text);
}

const QUOTED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A double-quoted literal that `unquote` reads back, with the escapes that Go's strconv.Quote writes. */
export function quoteGo(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (QUOTED[char] !== undefined) out += QUOTED[char];
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`;
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${hex(code - 0xdc00, 2)}`;
    else if (PRINTABLE.test(char)) out += char;
    else out += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, 4)}`;
  }
  return `${out}"`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** A character as Go's `%q` prints it: `'x'`. */
export function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  return `'${quoteGo(char).slice(1, -1)}'`;
}
