import type { Matcher, MatchType } from '@petrel/model';
import { unquoteString } from '@petrel/template/parse/unquote.ts';
import { compileMatcher } from './compile-matcher.ts';
import { matcherError } from './matcher-error.ts';
import type { Token, TokenKind } from './utf8-lexer.ts';
import { Utf8Lexer } from './utf8-lexer.ts';
import { isWellFormed } from './well-formed.ts';

const OPERATORS: readonly TokenKind[] = ['=', '!=', '=~', '!~'];
const TEXTS: readonly TokenKind[] = ['quoted', 'unquoted'];
const NO_OPERATOR = "expected an operator such as '=', '!=', '=~' or '!~'";

/**
 * Reads a list of matchers whose names may be any text: `{foo=bar, "n. x"=~"a|b"}`, braces both or none, a comma at the end allowed.
 * What is not quoted holds no reserved character; what is quoted has Go's escapes. Throws with `from:to` columns in characters.
 */
export function parseUtf8Matchers(text: string): readonly Matcher[] {
  const lexer = new Utf8Lexer(text);
  if (lexer.peek().kind === 'end') return [];
  const braced = lexer.peek().kind === '{';
  if (braced) lexer.next();
  const matchers: Matcher[] = [];
  if (lexer.peek().kind !== '}' && !(braced && lexer.peek().kind === 'end')) readList(lexer, matchers);
  const last = lexer.next();
  if (braced && last.kind === 'end') throw matcherError(`0:${last.to}: end of input: expected close brace`);
  if (!braced && last.kind === '}') throw matcherError(`0:${last.to}: }: expected opening brace`);
  const rest = last.kind === 'end' ? last : lexerEnd(lexer);
  if (rest.kind !== 'end') throw matcherError(`${rest.from}:${rest.to}: ${rest.text}: expected end of input`);
  return matchers;
}

/** Reads exactly one matcher, in braces or not. */
export function parseUtf8Matcher(text: string): Matcher {
  const matchers = parseUtf8Matchers(text);
  if (matchers.length === 0) throw matcherError('no matchers');
  if (matchers.length > 1) throw matcherError(`expected 1 matcher, found ${matchers.length}`);
  return matchers[0] as Matcher;
}

/** Up to, not including, the closing brace or the end. */
function readList(lexer: Utf8Lexer, matchers: Matcher[]): void {
  for (;;) {
    matchers.push(readMatcher(lexer));
    if (isEnd(lexer, 'expected a comma or close brace', [','])) return;
    lexer.next();
    if (isEnd(lexer, 'expected a matcher or close brace after comma', TEXTS)) return;
  }
}

function isEnd(lexer: Utf8Lexer, expected: string, kinds: readonly TokenKind[]): boolean {
  const { kind } = withReason(expected, () => lexer.peek());
  if (kind === 'end' || kind === '}') return true;
  if (!kinds.includes(kind)) throw unexpected(lexer.peek(), expected);
  return false;
}

function readMatcher(lexer: Utf8Lexer): Matcher {
  const name = textOf(expect(lexer, TEXTS, 'expected label name'));
  const type = expect(lexer, OPERATORS, NO_OPERATOR).kind as MatchType;
  const value = textOf(expect(lexer, TEXTS, 'expected label value'));
  const matcher = { type, name, value };
  try {
    compileMatcher(matcher);
  } catch (error) {
    throw matcherError(`failed to create matcher: ${(error as Error).message}`);
  }
  return matcher;
}

function expect(lexer: Utf8Lexer, kinds: readonly TokenKind[], expected: string): Token {
  const token = withReason(expected, () => lexer.next());
  if (token.kind === 'end') throw matcherError(`end of input: ${expected}`);
  if (!kinds.includes(token.kind)) throw unexpected(token, expected);
  return token;
}

function unexpected({ from, to, text }: Token, expected: string): Error {
  return matcherError(`${from}:${to}: unexpected ${text}: ${expected}`);
}

/** What the lexer finds wrong is told together with what should have stood there. */
function withReason(expected: string, read: () => Token): Token {
  try {
    return read();
  } catch (error) {
    throw matcherError(`${(error as Error).message}: ${expected}`);
  }
}

function lexerEnd(lexer: Utf8Lexer): Token {
  return withReason('expected end of input', () => lexer.next());
}

function textOf({ kind, text, from, to }: Token): string {
  const value = kind === 'quoted' ? unquoteString(text) : text;
  if (value === undefined || !isWellFormed(value)) throw matcherError(`${from}:${to}: ${text}: invalid input`);
  return value;
}
