import type { DurationExpr, DurationValue, Position } from './ast.ts';
import type { Token } from './lexer.ts';
import { parseDuration, parseNumber, secondsToMs } from './numbers.ts';
import type { TokenStream } from './token-stream.ts';

/** The options that concern durations, and what to do at a token that cannot stand where it stands. */
export interface DurationContext {
  readonly tokens: TokenStream;
  readonly expressionsAllowed: boolean;
  readonly fail: () => never;
}

type DurationNumber = Extract<DurationExpr, { kind: 'durationNumber' }>;

const NOWHERE: Position = { start: 0, end: 0 };
/** What was wrong has been reported; the value only keeps the parser going. */
const ZERO: DurationNumber = Object.freeze({ kind: 'durationNumber', seconds: 0, isDuration: false, pos: NOWHERE });
/** Go's time.Duration ends at 2^63 nanoseconds. */
const MAX_SECONDS = 2 ** 63 / 1e9;
const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const AFTER_UNARY = 3;

/** A range or a step: a constant must be greater than 0. Milliseconds, or an expression. */
export function parsePositiveDuration(context: DurationContext): DurationValue {
  const expr = durationExpr(context, 1);
  if (expr.kind !== 'durationNumber') return expr;
  if (expr.seconds <= 0) context.tokens.issue(expr.pos, 'duration must be greater than 0');
  return secondsToMs(expr.seconds);
}

/**
 * What follows `offset`: one (signed) number, call or parenthesised expression and no more, so that `foo offset -2 ^ 2` is a power of the
 * selector.
 */
export function parseOffset(context: DurationContext): DurationValue {
  const { tokens } = context;
  const first = tokens.peek();
  const sign = first.type === '+' || first.type === '-' ? tokens.take() : undefined;
  const kind = tokens.peek().type;
  let expr: DurationExpr;
  if (kind === 'number' || kind === 'duration') {
    const literal = numberOrDuration(tokens);
    expr = sign === undefined ? inRange(tokens, literal, literal.pos) : applySign(context, sign, literal);
  } else if (isDurationCall(kind)) {
    const call = durationCall(context);
    experimental(context, call);
    const pos = { start: first.start, end: call.pos.end };
    expr =
      sign === undefined
        ? call
        : Object.freeze({ kind: 'durationUnary', op: sign.type as '+' | '-', expr: call, wrapped: false, pos });
  } else if (sign !== undefined && kind === '(') {
    tokens.take();
    const inner = tokens.nested(() => durationExpr(context, 1));
    if (tokens.accept(')') === undefined) context.fail();
    experimental(context, inner);
    expr = applySign(context, sign, wrap(inner, inner.pos));
  } else if (sign !== undefined) {
    expr = applySign(context, sign, durationExpr(context, AFTER_UNARY));
  } else expr = durationUnary(context);
  return expr.kind === 'durationNumber' ? secondsToMs(expr.seconds) : expr;
}

function durationExpr(context: DurationContext, minPrecedence: number): DurationExpr {
  const { tokens } = context;
  let lhs = durationUnary(context);
  for (let chain = 0; ; chain++) {
    if (chain > tokens.maxDepth) tokens.tooDeep();
    const precedence = PRECEDENCE[tokens.peek().type];
    if (precedence === undefined || precedence < minPrecedence) return lhs;
    const op = tokens.take();
    const rhs = tokens.nested(() => durationExpr(context, op.type === '^' ? precedence : precedence + 1));
    experimental(context, lhs);
    if ((op.type === '/' || op.type === '%') && rhs.kind === 'durationNumber' && rhs.seconds === 0) {
      tokens.issue(op, op.type === '/' ? 'division by zero' : 'modulo by zero');
      lhs = ZERO;
      continue;
    }
    const pos = { start: lhs.pos.start, end: rhs.pos.end };
    const kind = 'durationBinary';
    lhs = Object.freeze({ kind, op: op.type as '+' | '-' | '*' | '/' | '%' | '^', lhs, rhs, wrapped: false, pos });
  }
}

function durationUnary(context: DurationContext): DurationExpr {
  const { tokens } = context;
  const token = tokens.peek();
  if (token.type === '+' || token.type === '-') {
    tokens.take();
    const operand = tokens.nested(() => durationExpr(context, AFTER_UNARY));
    return applySign(context, token, operand);
  }
  if (token.type === 'number' || token.type === 'duration') {
    const literal = numberOrDuration(tokens);
    return inRange(tokens, literal, literal.pos);
  }
  if (isDurationCall(token.type)) {
    const call = durationCall(context);
    experimental(context, call);
    return call;
  }
  if (token.type !== '(') context.fail();
  tokens.take();
  const inner = tokens.nested(() => durationExpr(context, 1));
  const close = tokens.accept(')');
  if (close === undefined) return context.fail();
  experimental(context, inner);
  return wrap(inner, { start: token.start, end: close.end });
}

function isDurationCall(type: string): boolean {
  return type === 'step' || type === 'range' || type === 'min_of' || type === 'max_of';
}

function durationCall(context: DurationContext): DurationExpr {
  const { tokens, fail } = context;
  const name = tokens.take();
  if (tokens.accept('(') === undefined) fail();
  const args: DurationExpr[] = [];
  if (name.type === 'min_of' || name.type === 'max_of') {
    args.push(tokens.nested(() => durationExpr(context, 1)));
    if (tokens.accept(',') === undefined) fail();
    args.push(tokens.nested(() => durationExpr(context, 1)));
  }
  const close = tokens.accept(')');
  if (close === undefined) return fail();
  const func = name.type as 'step' | 'range' | 'min_of' | 'max_of';
  const pos = { start: name.start, end: close.end };
  return Object.freeze({ kind: 'durationCall', func, args: Object.freeze(args), wrapped: false, pos });
}

function wrap(expr: DurationExpr, pos: Position): DurationExpr {
  if (expr.kind !== 'durationNumber') return Object.freeze({ ...expr, wrapped: true });
  return Object.freeze({ kind: 'durationUnary', op: '+', expr, wrapped: true, pos });
}

function applySign({ tokens }: DurationContext, sign: Token, expr: DurationExpr): DurationExpr {
  const pos = { start: sign.start, end: expr.pos.end };
  if (expr.kind === 'durationNumber') {
    return inRange(
      tokens,
      Object.freeze({ ...expr, seconds: sign.type === '-' ? -expr.seconds : expr.seconds, pos }),
      sign,
    );
  }
  if (sign.type === '+') return expr;
  return Object.freeze({ kind: 'durationUnary', op: '-', expr, wrapped: false, pos });
}

function inRange(tokens: TokenStream, literal: DurationNumber, where: Position): DurationNumber {
  if (Math.abs(literal.seconds) <= MAX_SECONDS || Number.isNaN(literal.seconds)) return literal;
  tokens.issue(where, 'duration out of range');
  return ZERO;
}

function experimental({ tokens, expressionsAllowed }: DurationContext, expr: DurationExpr): void {
  if (!expressionsAllowed) tokens.issue(expr.pos, 'experimental duration expression is not enabled');
}

/** A `number` or `duration` token in seconds. */
export function numberOrDuration(tokens: TokenStream): DurationNumber {
  const { type, text, start, end } = tokens.take();
  const pos = { start, end };
  const isDuration = type === 'duration';
  const parsed = isDuration ? parseDuration(text) : parseNumber(text);
  let seconds = 0;
  if ('error' in parsed) tokens.issue(pos, isDuration ? parsed.error : `error parsing number: ${parsed.error}`);
  else seconds = isDuration ? parsed.value / 1000 : parsed.value;
  return Object.freeze({ kind: 'durationNumber', seconds, isDuration, pos });
}
