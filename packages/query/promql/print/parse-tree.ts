import type { AtModifier, DurationValue, Expr, ValueType, VectorMatching, VectorSelector } from '../parse/ast.ts';
import { FUNCTIONS } from '../parse/functions.ts';
import { formatNumber } from '../parse/numbers.ts';

/** JSON as Prometheus's /api/v1/parse_query gives it to its UI. Times in milliseconds; an expression as a duration counts as 0. */
export type ParseTree =
  | {
      readonly type: 'aggregation';
      readonly op: string;
      readonly expr: ParseTree;
      readonly param: ParseTree | null;
      readonly grouping: readonly string[];
      readonly without: boolean;
    }
  | {
      readonly type: 'binaryExpr';
      readonly op: string;
      readonly lhs: ParseTree;
      readonly rhs: ParseTree;
      readonly matching: MatchingTree | null;
      readonly bool: boolean;
    }
  | { readonly type: 'call'; readonly func: FunctionTree; readonly args: readonly ParseTree[] }
  | ({ readonly type: 'matrixSelector'; readonly range: number } & SelectorTree)
  | ({ readonly type: 'vectorSelector' } & SelectorTree)
  | ({ readonly type: 'subquery'; readonly expr: ParseTree; readonly range: number; readonly step: number } & TimeTree)
  | { readonly type: 'numberLiteral'; readonly val: string }
  | { readonly type: 'stringLiteral'; readonly val: string }
  | { readonly type: 'parenExpr'; readonly expr: ParseTree }
  | { readonly type: 'unaryExpr'; readonly op: string; readonly expr: ParseTree };

interface FunctionTree {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  readonly variadic: number;
  readonly returnType: ValueType;
}

interface MatchingTree {
  readonly card: string;
  readonly labels: readonly string[];
  readonly on: boolean;
  readonly include: readonly string[];
  readonly fillValues: { readonly lhs: number | null; readonly rhs: number | null };
}

interface TimeTree {
  readonly offset: number;
  readonly timestamp: number | null;
  readonly startOrEnd: 'start' | 'end' | null;
}

interface SelectorTree extends TimeTree {
  readonly name: string;
  readonly matchers: readonly { readonly name: string; readonly value: string; readonly type: string }[];
  readonly anchored: boolean;
  readonly smoothed: boolean;
}

export function toParseTree(expr: Expr): ParseTree {
  switch (expr.kind) {
    case 'aggregate': {
      const { op, grouping, without } = expr;
      const param = expr.param === undefined ? null : toParseTree(expr.param);
      return { type: 'aggregation', op, expr: toParseTree(expr.expr), param, grouping, without };
    }
    case 'binary': {
      const matching = expr.matching === undefined ? null : matchingTree(expr.matching);
      const sides = { lhs: toParseTree(expr.lhs), rhs: toParseTree(expr.rhs) };
      return { type: 'binaryExpr', op: expr.op, ...sides, matching, bool: expr.returnBool };
    }
    case 'call': {
      const signature = FUNCTIONS.get(expr.func);
      const { args: argTypes = [], variadic = 0, returns: returnType = 'vector' } = signature ?? {};
      return {
        type: 'call',
        func: { name: expr.func, argTypes, variadic, returnType },
        args: expr.args.map(toParseTree),
      };
    }
    case 'matrixSelector':
      return { type: 'matrixSelector', range: milliseconds(expr.range), ...selectorTree(expr.selector) };
    case 'vectorSelector':
      return { type: 'vectorSelector', ...selectorTree(expr) };
    case 'subquery': {
      const lengths = { range: milliseconds(expr.range), step: milliseconds(expr.step) };
      return { type: 'subquery', expr: toParseTree(expr.expr), ...lengths, ...timeTree(expr) };
    }
    case 'number':
      return { type: 'numberLiteral', val: formatNumber(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: toParseTree(expr.expr) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: toParseTree(expr.expr) };
  }
}

function matchingTree({ card, labels, on, include, fillLeft, fillRight }: VectorMatching): MatchingTree {
  return { card, labels, on, include, fillValues: { lhs: fillLeft ?? null, rhs: fillRight ?? null } };
}

function selectorTree(selector: VectorSelector): SelectorTree {
  return {
    name: selector.name,
    matchers: selector.matchers.map(({ name, value, type }) => ({ name, value, type })),
    ...timeTree(selector),
    anchored: selector.mode === 'anchored',
    smoothed: selector.mode === 'smoothed',
  };
}

function timeTree({ offset, at }: { readonly offset?: DurationValue; readonly at?: AtModifier }): TimeTree {
  return {
    offset: milliseconds(offset),
    timestamp: at?.at === 'time' ? at.tMs : null,
    startOrEnd: at === undefined || at.at === 'time' ? null : at.at,
  };
}

function milliseconds(value: DurationValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
