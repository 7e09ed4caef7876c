import type { FilePlace } from './rule-group.ts';

/**
 * Where in the file a character of an expression stands. `place` is the scalar's beginning in `text` (line and column from 1, columns in
 * UTF-16 units), `offset` an index into the expression. Blanks may be folded and indented away, so everything else is counted: the
 * n-th character of the expression that is no blank is the n-th of the scalar. Falls back to `place` where the two do not correspond.
 */
export function placeInFile(text: string, place: FilePlace, expr: string, offset: number): FilePlace {
  const start = offsetOf(text, place);
  let pos = contentStart(text, start);
  const style = text[pos - 1] === '"' ? 'double' : text[pos - 1] === "'" ? 'single' : 'plain';
  let wanted = countSolid(expr.slice(0, offset));
  for (;;) {
    pos = skipBlank(text, pos, style);
    if (pos >= text.length) return place;
    if (wanted === 0) return placeOf(text, pos);
    wanted--;
    pos += style === 'single' && text.startsWith("''", pos) ? 2 : style === 'double' ? escapeLength(text, pos) : 1;
  }
}

function offsetOf(text: string, { line, column }: FilePlace): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start + column - 1;
}

/** Behind an anchor, a tag, an opening quote, or the head of a block scalar with its comment. */
function contentStart(text: string, start: number): number {
  const properties = /(?:[&!][^\s]*\s+)*/y;
  properties.lastIndex = start;
  const pos = start + (properties.exec(text)?.[0].length ?? 0);
  if (text[pos] === '"' || text[pos] === "'") return pos + 1;
  if (text[pos] !== '|' && text[pos] !== '>') return pos;
  const end = text.indexOf('\n', pos);
  return end < 0 ? text.length : end + 1;
}

function countSolid(text: string): number {
  return text.length - (text.match(/\s/g)?.length ?? 0);
}

function skipBlank(text: string, start: number, style: 'plain' | 'single' | 'double'): number {
  // An escaped line end or blank of a double-quoted scalar is a blank too.
  const blank = style === 'double' ? /(?:\s|\\[nrt \r\n])*/y : /\s*/y;
  blank.lastIndex = start;
  return start + (blank.exec(text)?.[0].length ?? 0);
}

function escapeLength(text: string, pos: number): number {
  const sequence = /\\(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|.)/iy;
  sequence.lastIndex = pos;
  return sequence.exec(text)?.[0].length ?? 1;
}

function placeOf(text: string, offset: number): FilePlace {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return { line, column: offset - lineStart + 1 };
}
