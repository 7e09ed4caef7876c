import type { AtModifier, DurationValue, Expr, MatrixSelector, SelectorMode, Subquery, VectorSelector } from './ast.ts';
import { numberOrDuration, parseOffset, parsePositiveDuration } from './duration-expr.ts';
import { typeOf } from './expr-type.ts';
import { checkSelector } from './selector.ts';
import type { TokenStream } from './token-stream.ts';

export interface ModifierOptions {
  readonly durationExpressions: boolean;
  readonly extendedRangeSelectors: boolean;
}

type Selectable = VectorSelector | MatrixSelector | Subquery;

const DURATION_WORDS = 'number, duration, step(), or range()';
const SELECTABLE = 'an instant vector selector or range vector selector or a subquery';
const RANGES_ONLY = 'ranges only allowed for vector selectors';

/** Reads every `[…]`, `offset …`, `@ …`, `anchored` and `smoothed` that follows an operand. */
export function parseModifiers(tokens: TokenStream, operand: Expr, options: ModifierOptions): Expr {
  let expr = operand;
  // Ranges over what is no selector: the mistake is reported, the tree is not used.
  const broken = new Set<Expr>();
  for (let chain = 0; ; chain++) {
    if (chain > tokens.maxDepth) tokens.tooDeep();
    switch (tokens.peek().type) {
      case '[':
        expr = range(tokens, expr, options, broken);
        break;
      case 'offset':
        expr = offset(tokens, expr, options, broken);
        break;
      case '@':
        expr = at(tokens, expr, broken);
        break;
      case 'anchored':
      case 'smoothed':
        expr = mode(tokens, expr, options);
        break;
      default:
        checkSelectable(tokens, expr);
        return expr;
    }
  }
}

/** Done when no further modifier can change the node's end. */
function checkSelectable(tokens: TokenStream, expr: Expr): void {
  if (expr.kind === 'vectorSelector') checkSelector(tokens, expr);
  else if (expr.kind === 'matrixSelector') checkSelector(tokens, expr.selector);
  else if (expr.kind === 'subquery') {
    const type = typeOf(expr.expr);
    if (type !== 'vector')
      tokens.typeIssue(expr.pos, `subquery is only allowed on instant vector, got ${type} instead`);
  }
}

function range(tokens: TokenStream, expr: Expr, options: ModifierOptions, broken: Set<Expr>): Expr {
  const open = tokens.take();
  const expressionsAllowed = options.durationExpressions;
  const fail = (): never => tokens.fail('subquery or range selector', DURATION_WORDS);
  const length = parsePositiveDuration({ tokens, expressionsAllowed, fail });
  if (tokens.accept(':') !== undefined) return subquery(tokens, expr, length, options);
  const close = tokens.accept(']');
  if (close === undefined) return tokens.fail('subquery or range', '":" or "]"');
  const brackets = { start: open.start, end: close.end };
  const pos = { start: expr.pos.start, end: close.end };
  if (expr.kind !== 'vectorSelector') {
    tokens.issue(brackets, RANGES_ONLY);
    const selector: VectorSelector = { kind: 'vectorSelector', name: '', matchers: [], pos: expr.pos };
    const node: MatrixSelector = Object.freeze({ kind: 'matrixSelector', selector, range: length, pos });
    broken.add(node);
    return node;
  }
  if (expr.offset !== undefined && expr.offset !== 0)
    tokens.issue(brackets, 'no offset modifiers allowed before range');
  else if (expr.at !== undefined) tokens.issue(brackets, 'no @ modifiers allowed before range');
  return Object.freeze({ kind: 'matrixSelector', selector: expr, range: length, pos });
}

function subquery(tokens: TokenStream, expr: Expr, length: DurationValue, options: ModifierOptions): Expr {
  checkSelectable(tokens, expr);
  const fail = (): never => tokens.fail('subquery selector', 'number, duration, step(), range(), or "]"');
  let close = tokens.accept(']');
  let step: DurationValue | undefined;
  if (close === undefined) {
    step = parsePositiveDuration({ tokens, expressionsAllowed: options.durationExpressions, fail });
    close = tokens.accept(']');
    if (close === undefined) return tokens.fail('subquery selector', '"]"');
  }
  const pos = { start: expr.pos.start, end: close.end };
  return Object.freeze({ kind: 'subquery', expr, range: length, ...(step === undefined ? {} : { step }), pos });
}

function offset(tokens: TokenStream, expr: Expr, options: ModifierOptions, broken: Set<Expr>): Expr {
  tokens.take();
  const fail = (): never => tokens.fail('offset', DURATION_WORDS);
  const value = parseOffset({ tokens, expressionsAllowed: options.durationExpressions, fail });
  const target = selectable(tokens, expr, broken, 'offset modifier');
  if (target === undefined) return expr;
  const before = target.kind === 'matrixSelector' ? target.selector.offset : target.offset;
  if (before !== undefined && before !== 0) tokens.issue(expr.pos, 'offset may not be set multiple times');
  return withModifier(target, { offset: value }, tokens.lastEnd);
}

function at(tokens: TokenStream, expr: Expr, broken: Set<Expr>): Expr {
  tokens.take();
  const fail = (): never => tokens.fail('@', 'timestamp');
  const first = tokens.peek();
  let modifier: AtModifier;
  let end: number;
  if (first.type === 'start' || first.type === 'end') {
    tokens.take();
    if (tokens.accept('(') === undefined) fail();
    const close = tokens.accept(')');
    if (close === undefined) return fail();
    end = close.end;
    modifier = { at: first.type };
  } else {
    const sign = tokens.accept('-') ?? tokens.accept('+');
    if (!tokens.at('number') && !tokens.at('duration')) fail();
    const literal = numberOrDuration(tokens);
    end = literal.pos.end;
    const seconds = sign?.type === '-' ? -literal.seconds : literal.seconds;
    if (!(Math.abs(seconds) < 2 ** 63)) {
      tokens.issue(expr.pos, `timestamp out of bounds for @ modifier: ${fixed6(seconds)}`);
    }
    modifier = { at: 'time', tMs: roundHalfAway(seconds * 1000) };
  }
  const target = selectable(tokens, expr, broken, '@ modifier');
  if (target === undefined) return expr;
  const before = target.kind === 'matrixSelector' ? target.selector.at : target.at;
  if (before !== undefined) {
    tokens.issue(expr.pos, '@ <timestamp> may not be set multiple times');
    return expr;
  }
  return withModifier(target, { at: Object.freeze(modifier) }, end);
}

function mode(tokens: TokenStream, expr: Expr, options: ModifierOptions): Expr {
  const word = tokens.take();
  const value = word.type as SelectorMode;
  if (!options.extendedRangeSelectors) {
    tokens.issue(expr.pos, `${value} modifier is experimental and not enabled`);
    return expr;
  }
  if (expr.kind !== 'vectorSelector' && expr.kind !== 'matrixSelector') {
    const what = expr.kind === 'subquery' ? 'is not supported for subqueries' : 'not implemented';
    tokens.issue(expr.pos, `${value} modifier ${what}`);
    return expr;
  }
  const before = expr.kind === 'vectorSelector' ? expr.mode : expr.selector.mode;
  if (before !== undefined && before !== value) {
    tokens.issue(expr.pos, 'anchored and smoothed modifiers cannot be used together');
  }
  return withModifier(expr, { mode: value }, word.end);
}

function selectable(tokens: TokenStream, expr: Expr, broken: Set<Expr>, what: string): Selectable | undefined {
  if (broken.has(expr)) {
    tokens.issue(expr.pos, RANGES_ONLY);
    return undefined;
  }
  if (expr.kind === 'vectorSelector' || expr.kind === 'matrixSelector' || expr.kind === 'subquery') return expr;
  tokens.issue(expr.pos, `${what} must be preceded by ${SELECTABLE}`);
  return undefined;
}

interface Modifier {
  readonly offset?: DurationValue;
  readonly at?: AtModifier;
  readonly mode?: SelectorMode;
}

/** The range of a matrix selector grows with its modifiers; its selector's own range does not. */
function withModifier(target: Selectable, modifier: Modifier, end: number): Expr {
  const pos = { start: target.pos.start, end };
  if (target.kind === 'matrixSelector') {
    return Object.freeze({ ...target, selector: Object.freeze({ ...target.selector, ...modifier }), pos });
  }
  return Object.freeze({ ...target, ...modifier, pos });
}

function roundHalfAway(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}

/** As Go's `%f`. */
function fixed6(x: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '+Inf' : '-Inf';
  return Math.abs(x) < 1e21 ? x.toFixed(6) : `${BigInt(x)}.000000`;
}
