import type { LineFilter, LineFilterOp, LineFilterOperand } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

const LINE_FILTER_OPERATORS: ReadonlySet<string> = new Set(['|=', '|~', '|>', '!=', '!~', '!>']);

export function atLineFilter(tokens: TokenStream): boolean {
  return LINE_FILTER_OPERATORS.has(tokens.peek().type);
}

/** `|= "a" or ip("b") or "c"`; the next token is the operator. */
export function parseLineFilter(tokens: TokenStream): LineFilter {
  const operator = tokens.take();
  const alternatives: LineFilterOperand[] = [];
  do alternatives.push(parseOperand(tokens));
  while (tokens.accept('or') !== undefined);
  return Object.freeze({
    kind: 'lineFilter',
    op: operator.type as LineFilterOp,
    alternatives: Object.freeze(alternatives),
    range: tokens.rangeFrom(operator.start),
  });
}

function parseOperand(tokens: TokenStream): LineFilterOperand {
  if (tokens.accept('ip') === undefined) {
    return Object.freeze({ kind: 'text', value: tokens.expect('STRING', 'STRING or ip').text });
  }
  tokens.expect('(');
  const { text: value } = tokens.expect('STRING');
  tokens.expect(')');
  return Object.freeze({ kind: 'ip', value });
}
