import type { LabelFilter, LogRange, LogSelector, Stage, Unwrap } from './ast.ts';
import { parseLabelFilter } from './label-filter.ts';
import { parseStreamSelector, type StreamSelector } from './selector.ts';
import { parsePipeline } from './stages.ts';
import type { TokenStream } from './token-stream.ts';

const NS_PER_MS = 1e6;
const START = '{ or (';

/**
 * Lines over a range, the range in any of the places that Loki knows: at the end, behind the selector with the stages after it, behind parentheses.
 * `expecting` is what Loki lists where neither a brace nor a parenthesis comes.
 */
export function parseLogRange(tokens: TokenStream, expecting = START): LogRange {
  const { type, start } = tokens.peek();
  if (type === '(') return tokens.nested(() => parenthesised(tokens, start));
  if (type !== '{') return tokens.fail(expecting);
  return unparenthesised(tokens, start).range;
}

interface Pieces {
  readonly selector: LogSelector;
  readonly unwrap: Unwrap | undefined;
}

function unparenthesised(tokens: TokenStream, start: number): { readonly range: LogRange } {
  const stream = parseStreamSelector(tokens);
  if (tokens.at('RANGE')) return { range: rangeFirst(tokens, stream, start) };
  const pieces = parsePieces(tokens, stream);
  return { range: rangeLast(tokens, pieces, { start, expecting: pieces.unwrap === undefined ? '' : 'RANGE or |' }) };
}

/** The stages of a selector, and an unwrap if one follows. */
function parsePieces(tokens: TokenStream, stream: StreamSelector): Pieces {
  const selector = logSelector(stream, parsePipeline(tokens));
  return { selector, unwrap: parseUnwrapOrNothing(tokens) };
}

/** A selector node over the stream selector and its stages. */
export function logSelector({ matchers, range }: StreamSelector, stages: readonly Stage[]): LogSelector {
  const to = stages.at(-1)?.range.to ?? range.to;
  return Object.freeze({ kind: 'logSelector', matchers, stages, range: Object.freeze({ from: range.from, to }) });
}

/** `otherwise` is what Loki expects of a pipe that no stage stands behind. */
function parseUnwrapOrNothing(tokens: TokenStream, otherwise = ''): Unwrap | undefined {
  if (!tokens.at('|')) return undefined;
  if (tokens.peekSecond().type === 'unwrap') return parseUnwrap(tokens, () => true);
  tokens.take();
  return tokens.fail(otherwise);
}

/** `{…}[5m] offset 1m | json | unwrap x`. */
function rangeFirst(tokens: TokenStream, stream: StreamSelector, start: number): LogRange {
  const { value: rangeMs } = tokens.take();
  const offsetMs = parseOffset(tokens);
  const { selector, unwrap } = parsePieces(tokens, stream);
  return logRange(tokens, { selector, unwrap, rangeMs, offsetMs, start });
}

/** `… [5m] offset 1m`. */
function rangeLast(
  tokens: TokenStream,
  { selector, unwrap }: Pieces,
  { start, expecting }: { readonly start: number; readonly expecting: string },
): LogRange {
  const { value: rangeMs } = tokens.expect('RANGE', expecting);
  return logRange(tokens, { selector, unwrap, rangeMs, offsetMs: parseOffset(tokens), start });
}

/** Either a range in parentheses, or a selector in parentheses with the range behind them. */
function parenthesised(tokens: TokenStream, start: number): LogRange {
  tokens.take();
  if (!tokens.at('{')) {
    const inner = parseLogRange(tokens);
    tokens.expect(')');
    return inner;
  }
  const inside = tokens.peek().start;
  const stream = parseStreamSelector(tokens);
  if (tokens.at('RANGE')) {
    const inner = rangeFirst(tokens, stream, inside);
    tokens.expect(')');
    return inner;
  }
  const pieces = parsePieces(tokens, stream);
  if (tokens.at('RANGE')) {
    const inner = rangeLast(tokens, pieces, { start: inside, expecting: '' });
    tokens.expect(')');
    return inner;
  }
  tokens.expect(')', pieces.unwrap === undefined ? '' : 'RANGE or ) or |');
  const bare = pieces.unwrap === undefined && pieces.selector.stages.length === 0;
  const range = rangeLast(tokens, pieces, { start, expecting: 'RANGE' });
  // Only behind a selector without stages may the unwrap stand outside.
  const unwrap = bare ? parseUnwrapOrNothing(tokens, 'unwrap') : undefined;
  return unwrap === undefined ? range : logRange(tokens, { ...range, unwrap, start });
}

export interface LogRangePieces {
  readonly selector: LogSelector;
  readonly unwrap: Unwrap | undefined;
  readonly rangeMs: number;
  readonly offsetMs: number;
  readonly start: number;
}

/** The node; it ends where the token ended that was taken last. */
export function logRange(
  tokens: TokenStream,
  { selector, unwrap, rangeMs, offsetMs, start }: LogRangePieces,
): LogRange {
  const range = tokens.rangeFrom(start);
  return Object.freeze({ selector, rangeMs, offsetMs, ...(unwrap === undefined ? {} : { unwrap }), range });
}

/** Milliseconds of `offset 5m`, 0 where there is none. */
export function parseOffset(tokens: TokenStream): number {
  return tokens.accept('offset') === undefined ? 0 : tokens.expect('DURATION').value / NS_PER_MS;
}

/** `| unwrap x | x > 1`; the next tokens are the pipe and the word. A pipe is a filter's as long as `takesPipe` says so of the type behind it. */
export function parseUnwrap(tokens: TokenStream, takesPipe: (type: string) => boolean): Unwrap {
  const { start } = tokens.take();
  tokens.take();
  const conversion = conversionOf(tokens.peek().type);
  let label: string;
  if (conversion === undefined) {
    label = tokens.expect('IDENTIFIER', 'IDENTIFIER or BYTES_CONV or DURATION_CONV or DURATION_SECONDS_CONV').text;
  } else {
    tokens.take();
    tokens.expect('(');
    label = tokens.expect('IDENTIFIER').text;
    tokens.expect(')');
  }
  const filters: LabelFilter[] = [];
  while (tokens.at('|') && takesPipe(tokens.peekSecond().type)) {
    tokens.take();
    filters.push(parseLabelFilter(tokens));
  }
  return Object.freeze({
    label,
    ...(conversion === undefined ? {} : { conversion }),
    filters: Object.freeze(filters),
    range: tokens.rangeFrom(start),
  });
}

function conversionOf(type: string): NonNullable<Unwrap['conversion']> | undefined {
  switch (type) {
    case 'BYTES_CONV':
      return 'bytes';
    case 'DURATION_CONV':
      return 'duration';
    case 'DURATION_SECONDS_CONV':
      return 'duration_seconds';
    default:
      return undefined;
  }
}
