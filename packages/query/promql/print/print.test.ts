import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expr } from '../parse/ast.ts';
import { parseExpr } from '../parse/index.ts';
import { prettyExpr, printExpr, toParseTree } from './index.ts';

const ALL = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};
const parse = (query: string): Expr => parseExpr(query, ALL);

function parsedIfValid(query: string): Expr | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}

/** Random expressions as text, by type, so that most of them pass the checks. */
const { vector } = fc.letrec<{
  scalar: string;
  vector: string;
  selector: string;
  range: string;
  duration: string;
  modifiers: string;
}>((tie) => ({
  duration: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('5m', '1h30m', '15', '0.5', '1d', 'step()', '(2 * 1m)', 'min_of(1m, 30s)', '(-step() + 5m)'),
    fc.tuple(tie('duration'), fc.constantFrom('+', '*', '%'), tie('duration')).map(([a, op, b]) => `${a} ${op} ${b}`),
  ),
  modifiers: fc
    .tuple(
      fc.constantFrom('', '', ' offset 5m', ' offset -1h', ' offset (5m)', ' offset -(step())', ' offset range()'),
      fc.constantFrom('', '', ' @ 1603774568.5', ' @ start()', ' @ end()', ' @ -3'),
    )
    .map(([offset, at]) => at + offset),
  selector: fc
    .tuple(
      fc.constantFrom(
        'up',
        'job:rate:5m',
        'sum',
        'start',
        'offset',
        '{"http.requests"}',
        '{__name__=~"a.*"}',
        'anchored',
      ),
      fc.constantFrom('', '{a="b"}', '{z!="\\"é\\n", a=~"x|y"}', '{"a.b"!~"c", c=\'\\xc5\'}'),
    )
    .map(([name, braces]) => (name.startsWith('{') ? name : name + braces)),
  scalar: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('1', '0x1f', '-5m', '1e-9', 'pi()', 'NaN', '1048576', 'step()'),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '-', '*', '/', '^', 'atan2', '> bool'), tie('scalar'))
      .map((p) => p.join(' ')),
    tie('scalar').map((s) => `(${s})`),
    tie('vector').map((v) => `scalar(${v})`),
    tie('scalar').map((s) => `-${s}`),
  ),
  range: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(tie('selector'), tie('duration'), fc.constantFrom('', ' smoothed', ' anchored'), tie('modifiers'))
      .map(([s, d, mode, m]) => `${s}[${d}]${mode}${m}`),
    fc
      .tuple(tie('vector'), tie('duration'), fc.constantFrom('', '30s', '15 + 1m'), tie('modifiers'))
      .map(([v, d, step, m]) => `(${v})[${d}:${step}]${m}`),
  ),
  vector: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(tie('selector'), tie('modifiers')).map(([s, m]) => s + m),
    fc.tuple(fc.constantFrom('rate', 'max_over_time', 'mad_over_time'), tie('range')).map(([f, r]) => `${f}(${r})`),
    fc
      .tuple(fc.constantFrom('sum', 'avg by (a, "b.c")', 'max without ()', 'count without (job)'), tie('vector'))
      .map(([op, v]) => `${op} (${v})`),
    fc
      .tuple(fc.constantFrom('topk', 'quantile by (le)', 'limit_ratio'), tie('scalar'), tie('vector'))
      .map(([op, s, v]) => `${op}(${s}, ${v})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom(
          '+',
          '*',
          '== bool',
          '>',
          '/ on (a)',
          '- ignoring (a, b) group_left (c)',
          '^ on () group_right',
          '</',
          '% fill (1.5)',
          '+ on (x) fill_left (-2) fill_right (3)',
        ),
        tie('vector'),
      )
      .map((p) => p.join(' ')),
    fc
      .tuple(tie('vector'), fc.constantFrom('and', 'or on (a)', 'unless ignoring (b)'), tie('vector'))
      .map((p) => p.join(' ')),
    fc.tuple(tie('vector'), fc.constantFrom('+', '<=', '%', '>/'), tie('scalar')).map((p) => p.join(' ')),
    tie('vector').map((v) => `-${v}`),
    tie('vector').map((v) => `(${v})`),
    tie('vector').map((v) => `label_replace(${v}, "a", "$1", 'b', \`(.*)\\d\`)`),
  ),
}));

/** Without positions; matchers have no order. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'pos');
  return Object.fromEntries(
    entries.map(([key, field]) => [
      key,
      key === 'matchers' ? (field as object[]).map((m) => JSON.stringify(m)).sort() : comparable(field),
    ]),
  );
}

describe('printExpr', () => {
  it('prints what parses to the same tree again', () => {
    fc.assert(
      fc.property(vector, (text) => {
        // Precedence may join operands of the wrong types; those texts say nothing here.
        const expr = parsedIfValid(text);
        fc.pre(expr !== undefined);
        const printed = printExpr(expr);
        expect(comparable(parse(printed))).toEqual(comparable(expr));
        expect(printExpr(parse(printed))).toBe(printed);
        expect(comparable(parse(prettyExpr(expr, 20)))).toEqual(comparable(expr));
      }),
      { numRuns: 500 },
    );
  });

  it('walks a long chain without recursion', () => {
    const chain = `a${' + a'.repeat(900)}`;
    expect(printExpr(parse(chain))).toBe(chain);
  });
});

describe('toParseTree', () => {
  it('is the JSON of parse_query', () => {
    expect(toParseTree(parse('topk by (a) (2, rate(b{c!="d"}[5m] @ start() offset 1m)) > bool on (x) 1 * e'))).toEqual({
      type: 'binaryExpr',
      op: '>',
      bool: true,
      matching: { card: 'one-to-one', labels: ['x'], on: true, include: [], fillValues: { lhs: null, rhs: null } },
      lhs: {
        type: 'aggregation',
        op: 'topk',
        grouping: ['a'],
        without: false,
        param: { type: 'numberLiteral', val: '2' },
        expr: {
          type: 'call',
          func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
          args: [
            {
              type: 'matrixSelector',
              name: 'b',
              range: 300_000,
              offset: 60_000,
              timestamp: null,
              startOrEnd: 'start',
              matchers: [
                { name: 'c', value: 'd', type: '!=' },
                { name: '__name__', value: 'b', type: '=' },
              ],
              anchored: false,
              smoothed: false,
            },
          ],
        },
      },
      rhs: {
        type: 'binaryExpr',
        op: '*',
        bool: false,
        matching: null,
        lhs: { type: 'numberLiteral', val: '1' },
        rhs: {
          type: 'vectorSelector',
          name: 'e',
          offset: 0,
          timestamp: null,
          startOrEnd: null,
          matchers: [{ name: '__name__', value: 'e', type: '=' }],
          anchored: false,
          smoothed: false,
        },
      },
    });
  });
});
