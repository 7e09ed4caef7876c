import { useEffect } from 'react';
import type { QueryPosition } from '../../shell/prometheus-api.ts';
import { ApiError } from '../../shell/prometheus-api.ts';

/** What the server found wrong with a query, to be underlined as long as the text is that query. */
export interface QueryProblem {
  readonly query: string;
  readonly message: string;
  readonly position: QueryPosition;
}

/** Undefined where it is no mistake of the query's, or nobody knows where. */
export function problemOf(query: string, error: unknown): QueryProblem | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const position = error.position ?? positionIn(query, error.message);
  return position === undefined ? undefined : { query, message: error.message, position };
}

/** Tells whoever shows the query what is wrong with it. */
export function useProblem(
  query: string,
  error: unknown,
  onProblem: (problem: QueryProblem | undefined) => void,
): void {
  useEffect(() => {
    onProblem(problemOf(query, error));
    return () => onProblem(undefined);
  }, [query, error, onProblem]);
}

/** Loki says `parse error at line 1, col 12: …`, columns in characters. */
export function positionIn(query: string, message: string): QueryPosition | undefined {
  const match = /at line (\d+), col (\d+)/.exec(message);
  if (match === null) return undefined;
  const lines = query.split('\n');
  const line = Math.max(1, Number(match[1]));
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const characters = [...(lines[line - 1] ?? '')];
  const from = before + characters.slice(0, Math.max(0, Number(match[2]) - 1)).join('').length;
  const word = /^\w+/.exec(query.slice(from))?.[0].length ?? 1;
  return { from, to: from + word };
}
