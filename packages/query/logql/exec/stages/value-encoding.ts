import { unescapeJson } from './json-unescape.ts';

/** How a piece of a line becomes a value: as it stands; as it stands but without U+FFFD; as the inside of a JSON string. */
export type ValueEncoding = 'plain' | 'clean' | 'json';

/** U+FFFD stands for bytes that are no text; in labels it becomes a blank. */
export function cleanText(text: string): string {
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', ' ') : text;
}

/** The value of `source[from, to)`. A JSON string with an escape that JSON does not have is ''. */
export function decodeValue(source: string, from: number, to: number, encoding: ValueEncoding): string {
  const raw = source.slice(from, to);
  if (encoding === 'plain') return raw;
  if (encoding === 'json' && raw.includes('\\')) return cleanText(unescapeJson(raw) ?? '');
  return cleanText(raw);
}
