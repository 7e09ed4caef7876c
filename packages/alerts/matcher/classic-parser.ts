import type { Matcher, MatchType } from '@petrel/model';
import { compileMatcher } from './compile-matcher.ts';
import { matcherError } from './matcher-error.ts';
import { isWellFormed } from './well-formed.ts';
import { trimSpace } from './white-space.ts';

/** `=~` before `=`, which would leave the `~` to the value. */
const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)/;

/**
 * Reads a list of matchers as Alertmanager did before it knew UTF-8 names: braces are optional each by itself, values need no quotes, commas inside
 * quotes do not separate, and one at the end is ignored.
 */
export function parseClassicMatchers(text: string): readonly Matcher[] {
  const parts: string[] = [];
  let part = '';
  let inQuotes = false;
  let escaped = false;
  for (const char of withoutBraces(text)) {
    if (char === ',' && !inQuotes) {
      parts.push(part);
      part = '';
      continue;
    }
    if (char === '"') {
      if (!escaped) inQuotes = !inQuotes;
      escaped = false;
    } else if (char === '\\') escaped = !escaped;
    // A comma inside quotes leaves an escape open, as it does in the reference.
    else if (char !== ',') escaped = false;
    part += char;
  }
  const last = trimSpace(part);
  if (last !== '') parts.push(last);
  return parts.map(parseClassicMatcher);
}

/** Reads one matcher: a name, an operator, and whatever follows as the value, in double quotes or not. */
export function parseClassicMatcher(text: string): Matcher {
  const head = HEAD.exec(text);
  if (head === null) throw matcherError(`bad matcher format: ${text}`);
  const raw = text.slice(head[0].length).replace(/^[\t\n\f\r ]+/, '');
  const matcher = { type: head[2] as MatchType, name: head[1] as string, value: unescapeValue(withoutTail(raw)) };
  try {
    compileMatcher(matcher);
  } catch (error) {
    throw matcherError((error as Error).message);
  }
  return matcher;
}

function withoutBraces(text: string): string {
  const opened = text.startsWith('{') ? text.slice(1) : text;
  return opened.endsWith('}') ? opened.slice(0, -1) : opened;
}

/** By hand: a regular expression would take quadratic time on a long run of spaces. */
function withoutTail(text: string): string {
  let to = text.length;
  while (to > 0 && '\t\n\f\r '.includes(text[to - 1] as string)) to--;
  return text.slice(0, to);
}

/** Only `\n`, `\"` and `\\` are escapes; any other backslash is one. */
function unescapeValue(raw: string): string {
  const quoted = raw.startsWith('"');
  const body = quoted ? raw.slice(1) : raw;
  const unescapedQuote = () => matcherError(`matcher value contains unescaped double quote: ${raw}`);
  if (!isWellFormed(body)) throw matcherError(`matcher value not valid UTF-8: ${raw}`);
  let value = '';
  let closed = !quoted;
  for (let i = 0; i < body.length; i++) {
    const char = body[i] as string;
    if (char === '"') {
      if (closed || i < body.length - 1) throw unescapedQuote();
      closed = true;
    } else if (char === '\\' && i < body.length - 1) {
      const next = body[++i] as string;
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
    } else value += char;
  }
  if (!closed) throw unescapedQuote();
  return value;
}
