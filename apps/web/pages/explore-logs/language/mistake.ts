import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { PetrelError } from '@petrel/model';
import { parseSearch } from '@petrel/query/kql/parse/index.ts';
import { parseLogql } from '@petrel/query/logql/parse/index.ts';

export interface Mistake {
  readonly message: string;
  /** UTF-16 units, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

/** The server's own parsers, run in the browser; undefined when the text is empty or parses. */
export function findMistake(language: LogLanguage, text: string): Mistake | undefined {
  if (text.trim() === '') return undefined;
  try {
    if (language === 'logql') parseLogql(text);
    else parseSearch(text, language);
    return undefined;
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    const position = 'position' in error ? (error.position as { start: number; end: number }) : undefined;
    return { message: error.message, from: position?.start ?? 0, to: position?.end ?? text.length };
  }
}
