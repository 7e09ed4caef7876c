const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** White space in the sense of Unicode, as Go has it (JavaScript's own differs in U+0085 and U+FEFF). */
export function isSpace(char: string): boolean {
  return SPACE.test(char);
}

/** Without white space at both ends. */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from] as string)) from++;
  while (to > from && isSpace(text[to - 1] as string)) to--;
  return text.slice(from, to);
}
