import { PetrelError } from '@petrel/model';

/** UTF-16 units of the query, `end` exclusive. */
export interface KqlErrorPosition {
  readonly start: number;
  readonly end: number;
}

/** A KQL or Lucene query that does not parse (code KQL_PARSE). KQL's messages are worded as Kibana words them: what was expected, the query, and a caret under the place. */
export class KqlParseError extends PetrelError {
  constructor(
    message: string,
    readonly position: KqlErrorPosition,
  ) {
    super('KQL_PARSE', message);
  }
}

/** What was expected at `offset`, in Kibana's words. */
export function expectationError(text: string, offset: number, expected: ReadonlySet<string>): KqlParseError {
  const found = offset < text.length ? `"${text[offset]}"` : 'end of input';
  const list = [...expected].sort().join(', ');
  return kqlError(text, `Expected ${list} but ${found} found.`, {
    start: offset,
    end: Math.min(offset + 1, text.length),
  });
}

/** With the query and a caret under the message. */
export function kqlError(text: string, message: string, position: KqlErrorPosition): KqlParseError {
  return new KqlParseError(`${message}\n${text}\n${'-'.repeat(position.start)}^`, position);
}
