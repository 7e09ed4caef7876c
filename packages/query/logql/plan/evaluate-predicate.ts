import { compileMatcher, type LogLevel, type LogPredicate } from '@petrel/model';
import { RE2JS } from 're2js';

/** What a predicate is asked about. */
export interface PredicateRow {
  readonly line: string;
  /** Name and value in turn. */
  readonly metadata: readonly string[];
  readonly level: LogLevel;
  /** Lower case, '' where there is none. */
  readonly traceId: string;
  readonly spanId: string;
}

/** Whether a line satisfies a predicate, as the definition of LogPredicate has it. To test many lines, compile it. */
export function evaluatePredicate(predicate: LogPredicate, row: PredicateRow): boolean {
  return compilePredicate(predicate)(row);
}

/** A predicate over rows in memory. Throws RE2's error for an expression that is none. */
export function compilePredicate(predicate: LogPredicate): (row: PredicateRow) => boolean {
  switch (predicate.kind) {
    case 'and': {
      const parts = predicate.parts.map(compilePredicate);
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = predicate.parts.map(compilePredicate);
      return (row) => parts.some((part) => part(row));
    }
    case 'not': {
      const part = compilePredicate(predicate.part);
      return (row) => !part(row);
    }
    case 'line':
      return compileLine(predicate);
    case 'metadata': {
      const { name, op, value } = predicate;
      const matches = compileMatcher({ type: op, name, value });
      return ({ metadata }) => matches(metadataValue(metadata, name));
    }
    case 'level': {
      const levels = new Set(predicate.levels);
      return ({ level }) => levels.has(level);
    }
    case 'trace':
      return ({ traceId }) => traceId === predicate.id.toLowerCase();
    case 'span':
      return ({ spanId }) => spanId === predicate.id.toLowerCase();
  }
}

function compileLine(predicate: Extract<LogPredicate, { kind: 'line' }>): (row: PredicateRow) => boolean {
  const { op, text, ignoreCase = false } = predicate;
  if (op === 'contains' && !ignoreCase) return ({ line }) => line.includes(text);
  const pattern = op === 'contains' ? RE2JS.quote(text) : text;
  const re = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return ({ line }) => re.test(line);
}

function metadataValue(metadata: readonly string[], name: string): string {
  for (let i = 0; i < metadata.length; i += 2) if (metadata[i] === name) return metadata[i + 1] as string;
  return '';
}
