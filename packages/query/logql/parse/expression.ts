import { RE2JS } from 're2js';
import { makeRangeAggregation, makeVectorAggregation, parseGrouping } from './aggregations.ts';
import type { LogqlExpr, MetricExpr } from './ast.ts';
import { makeBinary, parseBinaryHead, precedenceOf } from './binary.ts';
import { RANGE_FUNCTION_OF, type Token, VECTOR_OPERATOR_OF } from './lexer.ts';
import { parseLogRange } from './log-range.ts';
import { parseLogExpression } from './postfix.ts';
import { regexpMistake } from './selector.ts';
import type { TokenStream } from './token-stream.ts';
import { parseFloatLiteral } from './units.ts';

/** Operands joined by operators that bind at least as tightly as `binding`. */
export function parseExpression(tokens: TokenStream, binding = 1): LogqlExpr {
  return tokens.nested(() => {
    const { start } = tokens.peek();
    let left = parseOperand(tokens);
    for (;;) {
      const precedence = precedenceOf(tokens.peek().type);
      if (precedence === undefined || precedence < binding) return left;
      const head = parseBinaryHead(tokens);
      const right = parseExpression(tokens, head.op === '^' ? precedence : precedence + 1);
      left = tokens.deeper([left, right], makeBinary(tokens, head, { left, right, start }));
    }
  });
}

/** Where only metrics can be: what gives lines is missing an operator, so the next token is unexpected. */
function parseMetric(tokens: TokenStream): MetricExpr {
  const expr = parseExpression(tokens);
  return expr.kind === 'logSelector' || expr.kind === 'variants' ? tokens.fail() : expr;
}

function parseOperand(tokens: TokenStream): LogqlExpr {
  const { type } = tokens.peek();
  switch (type) {
    case '{':
      return parseLogExpression(tokens);
    case '(': {
      tokens.take();
      const inner = parseExpression(tokens);
      if (inner.kind === 'variants') tokens.fail();
      tokens.expect(')', '');
      return inner;
    }
    case 'NUMBER':
    case '+':
    case '-':
      return parseNumber(tokens);
    case 'VECTOR':
      return parseVector(tokens);
    case 'label_replace':
      return parseLabelReplace(tokens);
    case 'variants':
      return parseVariants(tokens);
    default:
      if (RANGE_FUNCTION_OF.has(type)) return parseRangeAggregation(tokens);
      if (VECTOR_OPERATOR_OF.has(type)) return parseVectorAggregation(tokens);
      return tokens.fail();
  }
}

function parseNumber(tokens: TokenStream): MetricExpr {
  const { start } = tokens.peek();
  const sign = tokens.accept('-') ?? tokens.accept('+');
  const parsed = parseFloatLiteral(tokens.expect('NUMBER').text);
  const range = tokens.rangeFrom(start);
  if ('error' in parsed) return tokens.defer(range, `unable to parse literal as a float: ${parsed.error}`);
  return Object.freeze({ kind: 'number', value: sign?.type === '-' ? -parsed.value : parsed.value, range });
}

function parseVector(tokens: TokenStream): MetricExpr {
  const { start } = tokens.take();
  tokens.expect('(');
  const parsed = parseFloatLiteral(tokens.expect('NUMBER').text);
  tokens.expect(')');
  const range = tokens.rangeFrom(start);
  if ('error' in parsed) return tokens.defer(range, `unable to parse vectorExpr as a float: ${parsed.error}`);
  return Object.freeze({ kind: 'vector', value: parsed.value, range });
}

function parseRangeAggregation(tokens: TokenStream): MetricExpr {
  const { type, start } = tokens.take();
  const func = RANGE_FUNCTION_OF.get(type) ?? tokens.fail();
  tokens.expect('(');
  const param = tokens.accept('NUMBER');
  if (param !== undefined) tokens.expect(',');
  const over = parseLogRange(tokens, param === undefined ? 'NUMBER or { or (' : '{ or (');
  tokens.expect(')');
  return makeRangeAggregation(tokens, { func, over, param, grouping: parseGrouping(tokens), start });
}

function parseVectorAggregation(tokens: TokenStream): MetricExpr {
  const { type, start } = tokens.take();
  const op = VECTOR_OPERATOR_OF.get(type) ?? tokens.fail();
  let grouping = parseGrouping(tokens);
  tokens.expect('(');
  let param: Token | undefined;
  if (tokens.at('NUMBER') && tokens.peekSecond().type === ',') {
    param = tokens.take();
    tokens.take();
  }
  const expr = parseMetric(tokens);
  tokens.expect(')', '');
  grouping ??= parseGrouping(tokens);
  return tokens.deeper([expr], makeVectorAggregation(tokens, { op, expr, param, grouping, start }));
}

function parseLabelReplace(tokens: TokenStream): MetricExpr {
  const { start } = tokens.take();
  tokens.expect('(');
  const expr = parseMetric(tokens);
  const strings: string[] = [];
  for (let i = 0; i < 4; i++) {
    tokens.expect(',', i === 0 ? '' : ',');
    strings.push(tokens.expect('STRING').text);
  }
  tokens.expect(')');
  const range = tokens.rangeFrom(start);
  const [destination = '', replacement = '', source = '', regex = ''] = strings;
  const mistake = regexpMistake(() => RE2JS.compile(`^(?:${regex})$`));
  if (mistake !== undefined) return tokens.defer(range, `invalid regex in label_replace: ${mistake}`);
  return tokens.deeper(
    [expr],
    Object.freeze({ kind: 'labelReplace', expr, destination, replacement, source, regex, range }),
  );
}

/** `variants(a, b) of ({…}[5m])`. */
function parseVariants(tokens: TokenStream): MetricExpr {
  const { start } = tokens.take();
  tokens.expect('(');
  const variants: MetricExpr[] = [];
  do variants.push(parseMetric(tokens));
  while (tokens.accept(',') !== undefined);
  tokens.expect(')', '');
  tokens.expect('of');
  tokens.expect('(');
  const over = parseLogRange(tokens);
  tokens.expect(')');
  return tokens.deeper(
    variants,
    Object.freeze({ kind: 'variants', variants: Object.freeze(variants), over, range: tokens.rangeFrom(start) }),
  );
}
