import type { Pattern } from '../parse/ast.ts';
import { foldCase } from './words.ts';

/** Tests an entire text against a wildcard pattern; in time of pattern times text at most. With `folded`, the pattern is folded and so has the text to be. */
export function compileGlob(pattern: Pattern, folded = true): (text: string) => boolean {
  const units: (string | null | undefined)[] = [];
  for (const part of pattern) {
    if (typeof part === 'object') units.push(part.any === 'run' ? null : undefined);
    else units.push(...(folded ? foldCase(part) : part));
  }
  return (text) => globMatches(units, text);
}

/** `null` is any run, `undefined` any character. */
function globMatches(units: readonly (string | null | undefined)[], text: string): boolean {
  let u = 0;
  let at = 0;
  let retryUnit = -1;
  let retryAt = 0;
  for (;;) {
    if (at < text.length) {
      const unit = units[u];
      const size = (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
      if (u < units.length && unit === null) {
        retryUnit = ++u;
        retryAt = at;
        continue;
      }
      if (u < units.length && (unit === undefined || unit === text.slice(at, at + size))) {
        u++;
        at += size;
        continue;
      }
      if (retryUnit < 0) return false;
      retryAt += (text.codePointAt(retryAt) as number) > 0xffff ? 2 : 1;
      at = retryAt;
      u = retryUnit;
      continue;
    }
    while (u < units.length && units[u] === null) u++;
    if (u === units.length) return true;
    if (retryUnit < 0 || retryAt >= text.length) return false;
    // What is left of the pattern needs more text than there is behind this place.
    return false;
  }
}
