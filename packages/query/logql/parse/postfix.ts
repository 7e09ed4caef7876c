import { makeRangeAggregation, makeVectorAggregation, parseGrouping } from './aggregations.ts';
import {
  type LogqlExpr,
  type LogSelector,
  type MetricExpr,
  type Unwrap,
  VECTOR_OPERATORS,
  type VectorOperator,
} from './ast.ts';
import { LogqlParseError } from './errors.ts';
import { RANGE_FUNCTION_OF, type Token, VECTOR_OPERATOR_OF } from './lexer.ts';
import { logRange, logSelector, parseOffset, parseUnwrap } from './log-range.ts';
import { parseStreamSelector } from './selector.ts';
import { isFunctionType, parsePipeline } from './stages.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * A selector with its stages, or the postfix form, in which aggregations stand behind the pipe as stages do:
 *
 *     {…} | json | unwrap latency | quantile_over_time(0.99, [5m]) by (path) | sum by (path) | topk(3)
 *
 * The first aggregation is a range function with the range (and an offset) as its argument, those that follow aggregate vectors. Loki's grammar has a
 * function behind no pipe, so nothing that it accepts reads otherwise here. Ends where neither a stage nor such a pipe follows.
 */
export function parseLogExpression(tokens: TokenStream): LogqlExpr {
  const stream = parseStreamSelector(tokens);
  const selector = logSelector(stream, parsePipeline(tokens));
  if (!tokens.at('|')) return selector;
  const unwrap = tokens.peekSecond().type === 'unwrap' ? unwrapBeforeFunction(tokens) : undefined;
  return vectorChain(tokens, rangeFunction(tokens, { selector, unwrap }), selector.range.from);
}

/** Outside of a range Loki knows no unwrap: where no function follows it, it is the word that is in the wrong place. */
function unwrapBeforeFunction(tokens: TokenStream): Unwrap {
  const word = tokens.peekSecond();
  try {
    const unwrap = parseUnwrap(tokens, (type) => !isFunctionType(type));
    if (tokens.at('|')) return unwrap;
  } catch (error) {
    if (!(error instanceof LogqlParseError)) throw error;
  }
  return tokens.failAt(word);
}

interface Piped {
  readonly selector: LogSelector;
  readonly unwrap: Unwrap | undefined;
}

/** `| rate([5m])`; the next token is the pipe. */
function rangeFunction(tokens: TokenStream, { selector, unwrap }: Piped): MetricExpr {
  tokens.take();
  const func = RANGE_FUNCTION_OF.get(tokens.peek().type);
  if (func === undefined) return tokens.fail();
  tokens.take();
  tokens.expect('(');
  const param = tokens.accept('NUMBER');
  if (param !== undefined) tokens.expect(',');
  const { value: rangeMs } = tokens.expect('RANGE', param === undefined ? 'NUMBER or RANGE' : 'RANGE');
  const offsetMs = parseOffset(tokens);
  const start = selector.range.from;
  const over = logRange(tokens, { selector, unwrap, rangeMs, offsetMs, start });
  tokens.expect(')', ')');
  return makeRangeAggregation(tokens, { func, over, param, grouping: parseGrouping(tokens), start });
}

/** `| sum by (a) | topk(3)`: parentheses only where there is a parameter, or empty. */
function vectorChain(tokens: TokenStream, first: MetricExpr, start: number): MetricExpr {
  let expr = first;
  while (tokens.at('|')) {
    tokens.take();
    const op = vectorOperatorOf(tokens.peek());
    if (op === undefined) return tokens.fail();
    tokens.take();
    let grouping = parseGrouping(tokens);
    let param: Token | undefined;
    if (tokens.accept('(') !== undefined) {
      param = tokens.accept('NUMBER');
      tokens.expect(')', param === undefined ? 'NUMBER or )' : ')');
    }
    grouping ??= parseGrouping(tokens);
    expr = tokens.deeper([expr], makeVectorAggregation(tokens, { op, expr, param, grouping, start }));
  }
  return expr;
}

/** A bare name too: `| sum`. */
function vectorOperatorOf({ type, text }: Token): VectorOperator | undefined {
  if (type !== 'IDENTIFIER') return VECTOR_OPERATOR_OF.get(type);
  return VECTOR_OPERATORS.find((name) => name === text.toLowerCase());
}
