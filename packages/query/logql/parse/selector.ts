import { compileMatcher, type Matcher, type MatchType } from '@petrel/model';
import type { TextRange } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

const MATCH_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

export interface StreamSelector {
  readonly matchers: readonly Matcher[];
  readonly range: TextRange;
}

/** `{a="b", c!~"d"}`; the next token is the brace. */
export function parseStreamSelector(tokens: TokenStream): StreamSelector {
  const { start } = tokens.take();
  const matchers: Matcher[] = [];
  if (tokens.accept('}') === undefined) {
    if (!tokens.at('IDENTIFIER')) tokens.fail('IDENTIFIER or }');
    do matchers.push(parseMatcher(tokens, '= or =~ or !~ or !='));
    while (tokens.accept(',') !== undefined);
    tokens.expect('}', '} or ,');
  }
  return { matchers: Object.freeze(matchers), range: tokens.rangeFrom(start) };
}

/** A name, an operator and a string; `operators` is what Loki expects behind the name. */
export function parseMatcher(tokens: TokenStream, operators: string): Matcher {
  const name = tokens.expect('IDENTIFIER');
  if (!MATCH_OPERATORS.has(tokens.peek().type)) tokens.fail(operators);
  const type = tokens.take().type as MatchType;
  return stringMatcher(tokens, { name: name.text, type, start: name.start });
}

interface MatcherHead {
  readonly name: string;
  readonly type: MatchType;
  readonly start: number;
}

/** The string of a matcher whose name and operator were taken; a regular expression is compiled to see that it can be. */
export function stringMatcher(tokens: TokenStream, { name, type, start }: MatcherHead): Matcher {
  const { text: value } = tokens.expect('STRING');
  const matcher: Matcher = Object.freeze({ type, name, value });
  const mistake = regexpMistake(() => compileMatcher(matcher));
  if (mistake !== undefined) tokens.refuse(tokens.rangeFrom(start), mistake);
  return matcher;
}

/** RE2's message, if compiling throws one. */
export function regexpMistake(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    // The flag that lets the dot match newlines is ours, not the writer's.
    const message = (error instanceof Error ? error.message : String(error)).replace('`(?s)', '`');
    return message.startsWith('error parsing regexp') ? message : `error parsing regexp: ${message}`;
  }
}
