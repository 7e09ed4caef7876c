import { PetrelError } from '@petrel/model';
import { parseExpr } from '@petrel/query/promql/parse/index.ts';

export interface ParseProblem {
  readonly message: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

// The editor accepts what any server may have switched on; the server has the last word when the query runs.
const EVERYTHING = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
} as const;

/** The server's own parser, run in the browser; undefined when the text is empty or parses. */
export function findParseError(text: string): ParseProblem | undefined {
  if (text.trim() === '') return undefined;
  try {
    parseExpr(text, EVERYTHING);
    return undefined;
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    const position = 'position' in error ? (error.position as { start: number; end: number }) : undefined;
    return { message: error.message, start: position?.start ?? 0, end: position?.end ?? text.length };
  }
}
