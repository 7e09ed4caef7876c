import { joinPattern, type Pattern, type PatternPart } from '../parse/ast.ts';

/** Without backslashes; `\uXXXX` is the character. */
export function unescapeLucene(text: string): string {
  return text.replaceAll(/\\u([0-9a-fA-F]{4})|\\([\s\S])/g, (_, code: string | undefined, char: string | undefined) =>
    code === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** `*` and `?` are wildcards unless a backslash stands before them. */
export function lucenePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  for (const [piece] of text.matchAll(/\\u[0-9a-fA-F]{4}|\\[\s\S]|[\s\S]/g)) {
    if (piece === '*') parts.push({ any: 'run' });
    else if (piece === '?') parts.push({ any: 'one' });
    else parts.push(piece.length > 1 ? unescapeLucene(piece) : piece);
  }
  return joinPattern(parts);
}

/** An unescaped name; its stars are wildcards, as `book.\*:x` has them. */
export function namePattern(name: string): Pattern | undefined {
  if (!name.includes('*')) return undefined;
  return joinPattern(name.split(/(\*)/).map((part): PatternPart => (part === '*' ? { any: 'run' } : part)));
}
