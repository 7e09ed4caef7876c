const INVALID = /[^a-zA-Z0-9_]/gu;
const VALID = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** As Unicode has it, without the byte order mark that JavaScript counts in. */
const SPACE = /\p{White_Space}/u;

/** A key of a log line as the name of a label: trimmed, not beginning with a digit, other characters than letters and digits as `_`. */
export function sanitizeName(key: string): string {
  return VALID.test(key) ? key : joinSanitized('', key);
}

/** The name of a nested key: that of its object, `_` and its own; parts that are blank are left out. */
export function joinSanitized(prefix: string, key: string): string {
  const trimmed = trimSpace(key);
  if (trimmed === '') return prefix;
  const clean = trimmed.replace(INVALID, '_');
  if (prefix !== '') return `${prefix}_${clean}`;
  return clean >= '0' && clean < ':' ? `_${clean}` : clean;
}

function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && SPACE.test(text.charAt(from))) from++;
  while (to > from && SPACE.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}
