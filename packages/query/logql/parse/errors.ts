import { PetrelError } from '@petrel/model';
import type { TextRange } from './ast.ts';

export interface LogqlParseErrorOptions {
  /** What to underline, in UTF-16 units of the query; `to` is exclusive. */
  readonly range: TextRange;
  /**
   * As Loki counts: lines and columns from 1, columns in characters. Loki forgets the line behind tokens of two characters, durations, bytes and flags
   * (line 0), and knows no place at all for what is wrong in meaning (both 0, the default).
   */
  readonly line?: number;
  readonly column?: number;
  /** The message is not prefixed with "parse error"; for questions about a whole query ("only log selector is supported"). */
  readonly plain?: boolean;
}

/** A query that does not parse or makes no sense. `message` reads as Loki's: `parse error at line 1, col 5: syntax error: …`, or `parse error : …`. */
export class LogqlParseError extends PetrelError {
  /** What to underline, in UTF-16 units of the query; `end` is exclusive. */
  readonly position: { readonly start: number; readonly end: number };
  readonly line: number;
  readonly column: number;

  constructor(
    /** The message without its prefix. */
    readonly detail: string,
    { range, line = 0, column = 0, plain = false }: LogqlParseErrorOptions,
  ) {
    const where = line === 0 && column === 0 ? 'parse error : ' : `parse error at line ${line}, col ${column}: `;
    super('LOGQL_PARSE', plain ? detail : where + detail);
    this.position = { start: range.from, end: range.to };
    this.line = line;
    this.column = column;
  }
}

/** Line and column, both from 1, of a UTF-16 offset; a column is a character (code point). */
export function placeOf(query: string, offset: number): { readonly line: number; readonly column: number } {
  const before = query.slice(0, offset);
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return { line, column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1 };
}
