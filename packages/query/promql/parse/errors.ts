import { PetrelError } from '@petrel/model';
import type { Position } from './ast.ts';

/** One finding; `message` in Prometheus's wording, without the position in front. */
export interface ParseIssue {
  readonly message: string;
  readonly position: Position;
}

/**
 * A query that does not parse or does not type-check. `message` is that of the first issue as Prometheus prints it:
 * `line:column: parse error: …`, lines and columns from 1, columns in bytes of UTF-8. `position` is the first issue's range in
 * UTF-16 units of the query, for editors.
 */
export class PromqlParseError extends PetrelError {
  readonly position: Position;

  constructor(
    query: string,
    /** In the order in which Prometheus finds them; at least one. */
    readonly issues: readonly ParseIssue[],
  ) {
    const first = issues[0] ?? { message: 'error contains no error message', position: { start: 0, end: 0 } };
    super('PROMQL_PARSE', `${lineAndColumn(query, first.position.start)}: parse error: ${first.message}`);
    this.position = first.position;
  }
}

/** `line:column`, both from 1, of a UTF-16 offset; the column counts bytes of UTF-8, as Prometheus does. */
export function lineAndColumn(query: string, offset: number): string {
  const before = query.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return `${line}:${utf8Length(before.slice(lineStart)) + 1}`;
}

/** Bytes of a text in UTF-8; a lone surrogate stands for one raw byte (see strings.ts). */
export function utf8Length(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) n += 1;
    else if (c < 0x800) n += 2;
    else if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      n += 4;
      i++;
    } else if (c >= 0xdc80 && c <= 0xdcff) n += 1;
    else n += 3;
  }
  return n;
}
