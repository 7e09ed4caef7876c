import type { MatchType } from '@petrel/model';
import type { LabelFilter, NumericOp } from './ast.ts';
import { stringMatcher } from './selector.ts';
import type { TokenStream } from './token-stream.ts';
import { parseFloatLiteral } from './units.ts';

const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~', '==', '>', '>=', '<', '<=']);
const FIRST = 'IDENTIFIER or (';

/** How tightly what stands to the left binds: the comma and the blank take everything to their right. */
const LOOSE = 0;
const OR = 1;
const AND = 2;

/**
 * Conditions on labels. `and` binds tighter than `or`, both to the left; but a comma, or nothing, between two conditions joins the first with all that
 * follows: `a, b or c` is `a and (b or c)`, and so is `a and b, c or d`. The next token is a name or a parenthesis, else the query fails with `expecting`.
 */
export function parseLabelFilter(tokens: TokenStream, expecting = FIRST): LabelFilter {
  return filterFrom(tokens, LOOSE, expecting);
}

function filterFrom(tokens: TokenStream, binding: number, expecting: string): LabelFilter {
  return tokens.nested(() => {
    const { start } = tokens.peek();
    let left = parseCondition(tokens, expecting);
    for (;;) {
      const { type } = tokens.peek();
      let right: LabelFilter;
      if (type === 'or') {
        if (binding >= OR) return left;
        tokens.take();
        right = filterFrom(tokens, OR, FIRST);
      } else if (type === 'and') {
        if (binding >= AND) return left;
        tokens.take();
        right = filterFrom(tokens, AND, FIRST);
      } else if (type === ',' || type === 'IDENTIFIER' || type === '(') {
        if (type === ',') tokens.take();
        right = filterFrom(tokens, LOOSE, FIRST);
      } else return left;
      const kind = type === 'or' ? 'or' : 'and';
      left = tokens.deeper([left, right], Object.freeze({ kind, left, right, range: tokens.rangeFrom(start) }));
    }
  });
}

function parseCondition(tokens: TokenStream, expecting: string): LabelFilter {
  if (tokens.accept('(') !== undefined) {
    const inner = filterFrom(tokens, LOOSE, FIRST);
    tokens.expect(')', '');
    return inner;
  }
  const { text: name, start } = tokens.expect('IDENTIFIER', expecting);
  const op = tokens.peek().type;
  if (!OPERATORS.has(op)) tokens.fail();
  tokens.take();
  const equality = op === '=' || op === '!=';
  if (op === '=~' || op === '!~' || (equality && tokens.at('STRING'))) {
    const matcher = stringMatcher(tokens, { name, type: op as MatchType, start });
    return Object.freeze({ kind: 'string', matcher, range: tokens.rangeFrom(start) });
  }
  if (equality && tokens.accept('ip') !== undefined) {
    tokens.expect('(');
    const { text: value } = tokens.expect('STRING');
    tokens.expect(')');
    return Object.freeze({ kind: 'ip', name, op, value, range: tokens.rangeFrom(start) });
  }
  const numeric = (op === '=' ? '==' : op) as NumericOp;
  const amount = tokens.accept('DURATION') ?? tokens.accept('BYTES');
  if (amount !== undefined) {
    const kind = amount.type === 'BYTES' ? 'bytes' : 'duration';
    return Object.freeze({ kind, name, op: numeric, value: amount.value, range: tokens.rangeFrom(start) });
  }
  const value = parseSignedNumber(tokens);
  return Object.freeze({ kind: 'number', name, op: numeric, value, range: tokens.rangeFrom(start) });
}

function parseSignedNumber(tokens: TokenStream): number {
  const sign = tokens.accept('-') ?? tokens.accept('+');
  const literal = tokens.expect('NUMBER', sign === undefined ? '' : 'NUMBER');
  const parsed = parseFloatLiteral(literal.text);
  if ('error' in parsed) {
    const range = { from: literal.start, to: literal.end };
    return tokens.refuse(range, `unable to parse literal as a float: ${parsed.error}`);
  }
  return sign?.type === '-' ? -parsed.value : parsed.value;
}
