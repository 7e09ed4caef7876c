import type { Binary, BinaryOp, Expr, Position, VectorMatching } from './ast.ts';
import { numberOrDuration } from './duration-expr.ts';
import { typeOf } from './expr-type.ts';
import { AGGREGATORS } from './lexer.ts';
import { stringValue } from './selector.ts';
import { quoteGo } from './strings.ts';
import type { TokenStream } from './token-stream.ts';

export interface BinaryModifiers {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

const COMPARISONS: ReadonlySet<BinaryOp> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const SET_OPS: ReadonlySet<BinaryOp> = new Set(['and', 'or', 'unless']);
const FILLS: ReadonlySet<string> = new Set(['fill', 'fill_left', 'fill_right']);

/** Keywords that are label names inside `by (…)`, `on (…)` and the like. */
const LABEL_TYPES: ReadonlySet<string> = new Set([
  ...AGGREGATORS,
  ...'identifier metricIdentifier bool by group_left group_right ignoring and or unless offset on start end atan2'.split(
    ' ',
  ),
  ...'step range min_of max_of anchored smoothed fill fill_left fill_right'.split(' '),
]);

/** What may stand between a binary operator and its right side. */
export function parseBinaryModifiers(tokens: TokenStream): BinaryModifiers {
  const returnBool = tokens.accept('bool') !== undefined;
  const word = tokens.accept('on') ?? tokens.accept('ignoring');
  let card: VectorMatching['card'] = 'one-to-one';
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  if (word !== undefined) {
    labels = parseGrouping(tokens);
    const group = tokens.accept('group_left') ?? tokens.accept('group_right');
    if (group !== undefined) {
      card = group.type === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (tokens.at('(')) include = parseGrouping(tokens);
    }
  }
  const fills = parseFills(tokens);
  return { returnBool, matching: { card, on: word?.type === 'on', labels, include, ...fills } };
}

function parseFills(tokens: TokenStream): { fillLeft?: number; fillRight?: number } {
  const fills: { fillLeft?: number; fillRight?: number } = {};
  const seen = new Set<string>();
  for (;;) {
    const { type } = tokens.peek();
    if (!FILLS.has(type)) return fills;
    // `fill` is both sides, so it stands alone; the two others once each, in any order.
    if (seen.has(type) || (seen.size > 0 && (type === 'fill' || seen.has('fill')))) tokens.fail('fill modifier');
    seen.add(type);
    tokens.take();
    if (tokens.accept('(') === undefined) tokens.fail('fill modifier', '"("');
    const sign = tokens.accept('-') ?? tokens.accept('+');
    if (!tokens.at('number') && !tokens.at('duration')) tokens.fail('fill modifier', 'number');
    const { seconds } = numberOrDuration(tokens);
    const value = sign?.type === '-' ? -seconds : seconds;
    if (tokens.accept(')') === undefined) tokens.fail('fill modifier', '")"');
    if (type !== 'fill_right') fills.fillLeft = value;
    if (type !== 'fill_left') fills.fillRight = value;
  }
}

/** A parenthesised list of label names; a trailing comma is allowed. */
export function parseGrouping(tokens: TokenStream): readonly string[] {
  if (tokens.accept('(') === undefined) tokens.fail('grouping opts', '"("');
  const labels: string[] = [];
  while (tokens.accept(')') === undefined) {
    const token = tokens.peek();
    if (token.type !== 'string' && !LABEL_TYPES.has(token.type)) tokens.fail('grouping opts', 'label');
    tokens.take();
    const label = token.type === 'string' ? stringValue(tokens, token) : token.text;
    if (label === '' || /[\udc80-\udcff](?<![\ud800-\udbff][\udc00-\udfff])/.test(label)) {
      tokens.issue(token, `invalid label name for grouping: ${quoteGo(label)}`);
    }
    labels.push(label);
    if (tokens.accept(',') === undefined && !tokens.at(')')) tokens.fail('grouping opts', '"," or ")"');
  }
  return Object.freeze(labels);
}

/** The finished node, its types checked as Prometheus checks them. */
export function checkBinary(tokens: TokenStream, parts: Omit<Binary, 'kind' | 'matching'> & BinaryModifiers): Binary {
  const { op, lhs, rhs, returnBool, pos } = parts;
  let { matching } = parts;
  const lhsType = typeOf(lhs);
  const rhsType = typeOf(rhs);
  const isSetOp = SET_OPS.has(op);
  const isComparison = COMPARISONS.has(op);
  if (returnBool && !isComparison) {
    tokens.typeIssue(operatorRange(tokens, lhs, rhs), 'bool modifier can only be used on comparison operators');
  }
  if (isComparison && !returnBool && lhsType === 'scalar' && rhsType === 'scalar') {
    tokens.typeIssue(operatorRange(tokens, lhs, rhs), 'comparisons between scalars must use BOOL modifier');
  }
  if (isSetOp && matching.card === 'one-to-one') matching = { ...matching, card: 'many-to-many' };
  if (matching.on) {
    for (const label of matching.labels.filter((l) => matching.include.includes(l))) {
      const message = `label ${quoteGo(label)} must not occur in ON and GROUP clause at once`;
      tokens.typeIssue(operatorRange(tokens, lhs, rhs), message);
    }
  }
  for (const [side, type] of [[lhs, lhsType] as const, [rhs, rhsType] as const]) {
    if (type !== 'scalar' && type !== 'vector') {
      tokens.typeIssue(side.pos, 'binary expression must contain only scalar and instant vector types');
    }
  }
  const betweenVectors = lhsType === 'vector' && rhsType === 'vector';
  checkMatching(tokens, { op, matching, betweenVectors, pos });
  if (isSetOp && (lhsType === 'scalar' || rhsType === 'scalar')) {
    tokens.typeIssue(pos, `set operator "${op}" not allowed in binary scalar expression`);
  }
  const withMatching = betweenVectors ? { matching: Object.freeze(matching) } : {};
  return { kind: 'binary', op, lhs, rhs, returnBool, ...withMatching, pos };
}

function checkMatching(
  tokens: TokenStream,
  what: { op: BinaryOp; matching: VectorMatching; betweenVectors: boolean; pos: Position },
): void {
  const { op, matching, betweenVectors, pos } = what;
  const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (!betweenVectors) {
    if (matching.labels.length > 0) tokens.typeIssue(pos, 'vector matching only allowed between instant vectors');
    if (fills) tokens.typeIssue(pos, 'filling in missing series only allowed between instant vectors');
  } else if (SET_OPS.has(op)) {
    if (matching.card === 'one-to-many' || matching.card === 'many-to-one') {
      tokens.typeIssue(pos, `no grouping allowed for "${op}" operation`);
    }
    if (matching.card !== 'many-to-many') tokens.typeIssue(pos, 'set operations must always be many-to-many');
    if (fills) tokens.typeIssue(pos, 'filling in missing series not allowed for set operators');
  }
}

/** What stands between the operands, blanks cut off; the end is that of Prometheus, one short. */
function operatorRange({ query }: TokenStream, lhs: Expr, rhs: Expr): Position {
  let start = lhs.pos.end;
  while (/\s/.test(query[start] ?? 'x')) start++;
  let end = rhs.pos.start - 1;
  while (end > start && /\s/.test(query[end] ?? 'x')) end--;
  return { start, end };
}
