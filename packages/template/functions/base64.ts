import { FunctionError } from '../template-error.ts';
import { fromBytes, toBytes } from '../values/utf8.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64 with the alphabet of URLs, padded. */
export function encodeBase64Url(text: string): string {
  const bytes = toBytes(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = [0, 1, 2].map((j) => bytes[i + j] ?? 0) as [number, number, number];
    const bits = (group[0] << 16) | (group[1] << 8) | group[2];
    const chars = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('');
    encoded += chars.slice(0, Math.min(bytes.length - i, 3) + 1).padEnd(4, '=');
  }
  return encoded;
}

/** Throws FunctionError with the offset of the first character that does not belong. */
export function decodeBase64Url(text: string): string {
  const body = text.replace(/[\r\n]/g, '');
  const bytes: number[] = [];
  for (let i = 0; i < body.length; i += 4) {
    const group = body.slice(i, i + 4);
    const digits = group.replace(/={1,2}$/, '');
    const bad = [...digits].findIndex((char) => !ALPHABET.includes(char));
    const isLast = i + 4 >= body.length;
    if (bad >= 0) throw corrupt(i + bad);
    if (group.length < 4 || digits.length < 2 || (digits.length < 4 && !isLast)) throw corrupt(i + digits.length);
    const bits = [...digits.padEnd(4, 'A')].reduce((sum, char) => (sum << 6) | ALPHABET.indexOf(char), 0);
    bytes.push(...[16, 8, 0].slice(0, digits.length - 1).map((shift) => (bits >> shift) & 0xff));
  }
  return fromBytes(bytes);
}

function corrupt(offset: number): FunctionError {
  return new FunctionError(`illegal base64 data at input byte ${offset}`);
}
