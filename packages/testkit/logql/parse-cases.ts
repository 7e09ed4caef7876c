import { readFileSync } from 'node:fs';
import { LogqlParseError, parseLogql } from '@petrel/query/logql/parse/index.ts';
import { decodeBytes } from '@petrel/query/promql/parse/index.ts';
import type { CaseReport } from '../exposition/report.ts';

interface ErrorFact {
  /** A part of the message, without its prefix. */
  readonly message: string;
  /** Both absent: unknown. Both 0: the message has no place. */
  readonly line?: number;
  readonly col?: number;
}

interface ParseFact {
  readonly id: number;
  readonly query?: string;
  /** Bytes that are no text. */
  readonly query_hex?: string;
  readonly valid: boolean;
  readonly error?: ErrorFact;
}

/** parse.json: which queries are accepted, and for those that are not, the message and its place. */
export function runParseCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly ParseFact[] };
  for (const fact of cases) {
    const query = fact.query ?? decodeBytes(Buffer.from(fact.query_hex ?? '', 'hex'));
    const name = `parse ${fact.id} ${query.replaceAll(/\s+/g, ' ')}`;
    const expected = fact.valid ? { valid: true } : { valid: false, ...fact.error };
    report.check(name, expected, outcome(query, fact.error));
  }
}

function outcome(query: string, fact: ErrorFact | undefined): unknown {
  try {
    parseLogql(query);
    return { valid: true };
  } catch (error) {
    if (!(error instanceof LogqlParseError)) throw error;
    const { detail, line, column } = error;
    const place = fact?.line === undefined ? {} : { line, col: column };
    // Facts without a place hold the part of the message that their test asks for.
    const whole = fact === undefined || !detail.startsWith(fact.message) || fact.line !== undefined;
    return { valid: false, message: whole ? detail.trimEnd() : fact.message, ...place };
  }
}
