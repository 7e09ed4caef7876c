import { Labels } from '@petrel/model';
import { PromqlParseError } from './errors.ts';
import { stringValue } from './selector.ts';
import { SyntaxAbort, TokenStream } from './token-stream.ts';

const METRIC_NAME = /^[a-zA-Z_:]/;

/**
 * A series as tests and rule files write it, at the beginning of `text`: `name{a="b", "quoted.name"="c"}`, `{"name", a="b"}`, or
 * nothing at all. `end` is where it ends (a UTF-16 offset). Throws PromqlParseError.
 */
export function parseSeriesLabels(text: string): { readonly labels: Labels; readonly end: number } {
  const tokens = new TokenStream(text, 1);
  const entries: [string, string][] = [];
  let end = 0;
  try {
    const first = text.trimStart() === '' ? undefined : tokens.peek();
    if (first !== undefined && first.type !== '{') {
      if (!METRIC_NAME.test(first.text) || first.type === 'error') tokens.fail();
      entries.push(['__name__', first.text]);
      end = first.end;
    }
    // Braces belong to the series only when nothing stands between: after a blank, values begin.
    if (first !== undefined && (first.type === '{' || text[first.end] === '{')) {
      if (first.type !== '{') tokens.take();
      end = labelSet(tokens, entries);
    }
  } catch (error) {
    if (!(error instanceof SyntaxAbort)) throw error;
  }
  if (tokens.issues.length > 0) throw new PromqlParseError(text, tokens.issues);
  return { labels: Labels.from(entries), end };
}

/** Returns the end of the closing brace. */
function labelSet(tokens: TokenStream, entries: [string, string][]): number {
  tokens.take();
  let close = tokens.accept('}');
  while (close === undefined) {
    const first = tokens.peek();
    if (first.type !== 'identifier' && first.type !== 'string') tokens.fail('label set', 'identifier or "}"');
    tokens.take();
    const name = first.type === 'string' ? stringValue(tokens, first) : first.text;
    if (tokens.accept('=') !== undefined) {
      const value = tokens.accept('string');
      if (value === undefined) return tokens.fail('label set', 'string');
      entries.push([name, stringValue(tokens, value)]);
    } else if (first.type === 'string') entries.push(['__name__', name]);
    else tokens.fail('label set', '"="');
    close = tokens.accept('}');
    if (close !== undefined) break;
    if (tokens.accept(',') === undefined) tokens.fail('label set', '"," or "}"');
    close = tokens.accept('}');
  }
  return close.end;
}
