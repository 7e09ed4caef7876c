const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes it: `<`, `>`, `&` and the line separators escaped. Without a final line break; keys in the order of the object. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.replaceAll(/[<>&\u2028\u2029]/g, (character) => ESCAPED[character] as string);
}

/** A copy without the properties that Go's `omitempty` leaves out: undefined, '', 0, false, empty lists and maps. */
export function omitEmpty<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inside]) => !isEmpty(inside))) as Partial<T>;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
