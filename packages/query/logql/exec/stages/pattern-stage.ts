import { type CapturePattern, PatternError, parseCapturePattern } from './pattern-expression.ts';
import type { CompiledStage } from './stage.ts';
import { stageError } from './stage-error.ts';

/** `| pattern "<ip> <_>"`: a label for each named capture that was reached. Throws LOGQL_PARSE. */
export function compilePatternParser(pattern: string): CompiledStage {
  const compiled = checked(pattern);
  return (names) => {
    const cells = compiled.names.map((name) => names.pinned(name));
    const places: number[] = [];
    return (state) => {
      const { line } = state;
      const count = compiled.match(line, places);
      for (let i = 0; i < count; i++) {
        const cell = cells[i] as (typeof cells)[0];
        state.extractPiece(cell, line, places[2 * i] as number, places[2 * i + 1] as number, 'plain');
      }
      return true;
    };
  };
}

function checked(pattern: string): CapturePattern {
  try {
    return parseCapturePattern(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw stageError(error.message);
    throw error;
  }
}
