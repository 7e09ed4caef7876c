/** Whether the text is ASCII throughout: then bytes, code points and UTF-16 units are the same. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Length in bytes of UTF-8; a lone surrogate U+DC80 to U+DCFF is one raw byte. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(i + 1))) {
      length += 2;
      i++;
    } else if (!isRawByte(unit)) length += 2;
  }
  return length;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Whether a UTF-16 unit, standing alone, means one byte that is not UTF-8. */
export function isRawByte(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

/** The bytes of a string. Other lone surrogates become U+FFFD, as they have no UTF-8. */
export function toBytes(text: string): number[] {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (isRawByte(code)) bytes.push(code & 0xff);
    else if (code >= 0xd800 && code <= 0xdfff) bytes.push(0xef, 0xbf, 0xbd);
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return bytes;
}

/** The string of some bytes; those that are not UTF-8 become lone surrogates. */
export function fromBytes(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const [code, size] = decodeAt(bytes, i);
    text += code < 0 ? String.fromCharCode(0xdc00 + (bytes[i] as number)) : String.fromCodePoint(code);
    i += size;
  }
  return text;
}

/** The code point at an index and its size in bytes; [-1, 1] for a byte that begins no valid sequence. */
function decodeAt(bytes: readonly number[], at: number): readonly [number, number] {
  const first = bytes[at] as number;
  if (first < 0x80) return [first, 1];
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > bytes.length) return [-1, 1];
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return [-1, 1];
    code = (code << 6) | (next & 0x3f);
  }
  const isShortest = code >= (size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000);
  const isScalar = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isShortest && isScalar ? [code, size] : [-1, 1];
}

/** Go's order of strings: by bytes, which for UTF-8 is by code points. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : 1;
  const left = toBytes(a);
  const right = toBytes(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = (left[i] as number) - (right[i] as number);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** `text[from:to]` in bytes. */
export function sliceBytes(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).slice(from, to));
}
