// PostgreSQL's text and jsonb hold every character but NUL; it travels behind an escape, and so does the escape.
const ESCAPE = '\u001a';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are escaped.
const SPECIAL = /[\u0000\u001a]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const ESCAPED = /\u001a([01])/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What `JSON.stringify` writes for a character that has to be looked at; also found where a backslash itself is escaped, which does no harm. */
const SUSPECT_JSON = /\\u(?:0000|001a|d[89a-f][0-9a-f]{2})/;

export type StoredValue =
  | null
  | boolean
  | number
  | string
  | readonly StoredValue[]
  | { readonly [key: string]: StoredValue };

/**
 * Any text as PostgreSQL can hold it. `decodeText` gives it back, but for lone surrogates: they are no characters and become U+FFFD (so they
 * do wherever text is encoded as UTF-8, the fingerprint of labels included).
 */
export function encodeText(text: string): string {
  return replaceLoneSurrogates(text).replace(SPECIAL, (c) => `${ESCAPE}${c === ESCAPE ? '1' : '0'}`);
}

/** Turns `encodeText` around. */
export function decodeText(text: string): string {
  return text.includes(ESCAPE) ? text.replace(ESCAPED, (_, digit) => (digit === '1' ? ESCAPE : '\u0000')) : text;
}

/** U+FFFD in the place of every half of a surrogate pair. */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

/** JSON that a jsonb column takes, whatever stands in its strings and keys. */
export function encodeJson(value: StoredValue): string {
  const text = JSON.stringify(value);
  return SUSPECT_JSON.test(text) ? JSON.stringify(mapTexts(value, encodeText)) : text;
}

/** What a jsonb column gave, as text. */
export function decodeJson(text: string): StoredValue {
  const value = JSON.parse(text) as StoredValue;
  return text.includes('\\u001a') ? mapTexts(value, decodeText) : value;
}

/** JSON for a text column: escapes keep NUL, so only lone surrogates are replaced. */
export function plainJson(value: StoredValue): string {
  const text = JSON.stringify(value);
  return SUSPECT_JSON.test(text) ? JSON.stringify(mapTexts(value, replaceLoneSurrogates)) : text;
}

function mapTexts(value: StoredValue, change: (text: string) => string): StoredValue {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((one) => mapTexts(one, change));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), mapTexts(one, change)]));
}

function isList(value: StoredValue): value is readonly StoredValue[] {
  return Array.isArray(value);
}
