import { PetrelError } from '@petrel/model';

/** A line of a request: where its bytes stand, or why it is none. `number` counts from 1. */
export type RecordRange =
  | { readonly number: number; readonly bytes: Uint8Array; readonly from: number; readonly to: number }
  | { readonly number: number; readonly error: string };

const LINE_FEED = 0x0a;
const utf8 = new TextDecoder('utf-8');
const encoder = new TextEncoder();

/** Lines of a text that are not blank, without their ends; `number` is that of the line in the text. */
export function* lineRanges(bytes: Uint8Array): Generator<RecordRange> {
  let number = 0;
  for (let from = 0; from < bytes.length; ) {
    let end = bytes.indexOf(LINE_FEED, from);
    if (end < 0) end = bytes.length;
    number++;
    let to = end;
    if (to > from && bytes[to - 1] === 0x0d) to--;
    if (!isBlank(bytes, from, to)) yield { number, bytes, from, to };
    from = end + 1;
  }
}

/**
 * A JSON body: the elements of a list, or one document. Documents are ranges of the body, so that they are kept as they were written; texts are lines by
 * themselves; other elements are errors. An object that is followed by more is taken for lines of documents. Throws DECODE_FAILED for what is no JSON.
 */
export function* jsonRanges(bytes: Uint8Array): Generator<RecordRange> {
  const start = firstOf(bytes);
  const isList = bytes[start] === 0x5b;
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    if (!isList && bytes[start] === 0x7b) {
      yield* lineRanges(bytes);
      return;
    }
    throw new PetrelError('DECODE_FAILED', `malformed JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(value)) {
    yield elementRange(1, value, bytes, start, lastOf(bytes));
    return;
  }
  let pos = start + 1;
  for (let i = 0; i < value.length; i++) {
    while ((bytes[pos] as number) <= 0x20 || bytes[pos] === 0x2c) pos++;
    const end = elementEnd(bytes, pos);
    yield elementRange(i + 1, value[i], bytes, pos, end);
    pos = end;
  }
}

function elementRange(number: number, value: unknown, bytes: Uint8Array, from: number, to: number): RecordRange {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { number, bytes, from, to };
  if (typeof value !== 'string') return { number, error: 'a log line is an object or a string' };
  const text = encoder.encode(value);
  return { number, bytes: text, from: 0, to: text.length };
}

/** Where an element of JSON that is known to be sound ends. */
function elementEnd(bytes: Uint8Array, pos: number): number {
  for (let depth = 0; pos < bytes.length; pos++) {
    const c = bytes[pos];
    if (c === 0x22) {
      pos = stringEnd(bytes, pos + 1);
      if (depth === 0) return pos + 1;
    } else if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) {
      if (depth === 0) return pos;
      if (--depth === 0) return pos + 1;
    } else if (depth === 0 && (c === 0x2c || (c as number) <= 0x20)) return pos;
  }
  return pos;
}

function stringEnd(bytes: Uint8Array, pos: number): number {
  while (pos < bytes.length && bytes[pos] !== 0x22) pos += bytes[pos] === 0x5c ? 2 : 1;
  return pos;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((bytes[i] as number) > 0x20) return false;
  return true;
}

/** The first byte that is no space; a byte order mark is passed over. */
function firstOf(bytes: Uint8Array): number {
  let pos = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (pos < bytes.length && (bytes[pos] as number) <= 0x20) pos++;
  return pos;
}

function lastOf(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] as number) <= 0x20) end--;
  return end;
}
