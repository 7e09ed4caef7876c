import { compileMatcher, type Matcher, type MatchType } from '@petrel/model';
import type { VectorSelector } from './ast.ts';
import type { Token } from './lexer.ts';
import { quoteGo, unquote } from './strings.ts';
import type { TokenStream } from './token-stream.ts';

const MATCH_OPS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/** `name`, `name{…}` or `{…}`; `name` is the token of the metric name, taken already. */
export function parseSelector(tokens: TokenStream, name: Token | undefined): VectorSelector {
  const matchers: Matcher[] = [];
  const start = name?.start ?? tokens.peek().start;
  let end = name?.end ?? start;
  if (tokens.at('{')) end = labelMatchers(tokens, matchers);
  if (name !== undefined) matchers.push({ type: '=', name: '__name__', value: name.text });
  return Object.freeze({
    kind: 'vectorSelector',
    name: name?.text ?? '',
    matchers: Object.freeze(matchers),
    pos: { start, end },
  });
}

/** Returns the end of the closing brace. */
function labelMatchers(tokens: TokenStream, out: Matcher[]): number {
  tokens.take();
  let close = tokens.accept('}');
  while (close === undefined) {
    out.push(labelMatcher(tokens));
    close = tokens.accept('}');
    if (close !== undefined) break;
    if (tokens.accept(',') === undefined) tokens.fail('label matching', '"," or "}"');
    close = tokens.accept('}');
  }
  return close.end;
}

function labelMatcher(tokens: TokenStream): Matcher {
  const first = tokens.peek();
  if (first.type !== 'identifier' && first.type !== 'string') tokens.fail('label matching', 'identifier or "}"');
  tokens.take();
  const name = first.type === 'string' ? stringValue(tokens, first) : first.text;
  if (!MATCH_OPS.has(tokens.peek().type)) {
    if (first.type === 'string') return Object.freeze({ type: '=', name: '__name__', value: name });
    tokens.fail('label matching', 'label matching operator');
  }
  const type = tokens.take().type as MatchType;
  const value = tokens.accept('string');
  if (value === undefined) return tokens.fail('label matching', 'string');
  const matcher = Object.freeze({ type, name, value: stringValue(tokens, value) });
  const mistake = regexpMistake(matcher);
  if (mistake !== undefined) tokens.issue({ start: first.start, end: value.end }, mistake);
  return matcher;
}

function regexpMistake(matcher: Matcher): string | undefined {
  if (matcher.type === '=' || matcher.type === '!=') return undefined;
  try {
    compileMatcher(matcher);
    return undefined;
  } catch (error) {
    // The flag that lets the dot match newlines is ours, not the writer's.
    const message = (error instanceof Error ? error.message : String(error)).replace('`(?s)', '`');
    return message.startsWith('error parsing regexp') ? message : `error parsing regexp: ${message}`;
  }
}

/** The content of a `string` token. */
export function stringValue(tokens: TokenStream, token: Token): string {
  const value = unquote(token.text);
  if (value === undefined) tokens.issue(token, `error unquoting string ${quoteGo(token.text)}: invalid syntax`);
  return value ?? '';
}

/** What Prometheus asks of a selector that stands in an expression. */
export function checkSelector(tokens: TokenStream, selector: VectorSelector): void {
  const { name, matchers, pos } = selector;
  if (name !== '') {
    for (const m of matchers.slice(0, -1)) {
      if (m.name === '__name__') {
        tokens.typeIssue(pos, `metric name must not be set twice: ${quoteGo(name)} or ${quoteGo(m.value)}`);
      }
    }
    return;
  }
  if (!matchers.some((m) => !matchesEmpty(m))) {
    tokens.typeIssue(pos, 'vector selector must contain at least one non-empty matcher');
  }
}

function matchesEmpty(matcher: Matcher): boolean {
  try {
    return compileMatcher(matcher)('');
  } catch {
    // An unparsable expression was reported already.
    return false;
  }
}
