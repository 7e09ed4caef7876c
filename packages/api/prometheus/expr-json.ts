import type {
  AtModifier,
  DurationValue,
  Expr,
  VectorMatching,
  VectorSelector,
} from '@petrel/query/promql/parse/ast.ts';
import { FUNCTIONS } from '@petrel/query/promql/parse/index.ts';
import { formatPlainFloat } from './render/go-number.ts';

type Json = Readonly<Record<string, unknown>>;

/** The syntax tree in the JSON of Prometheus's `parse_query`. Durations are milliseconds, 0 where they depend on the query's range. */
export function exprJson(expr: Expr): Json {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatPlainFloat(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'vectorSelector':
      return { type: 'vectorSelector', ...selectorJson(expr) };
    case 'matrixSelector':
      return { type: 'matrixSelector', range: durationJson(expr.range), ...selectorJson(expr.selector) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: exprJson(expr.expr),
        range: durationJson(expr.range),
        offset: durationJson(expr.offset),
        step: durationJson(expr.step),
        ...atJson(expr.at),
      };
    case 'call':
      return { type: 'call', func: functionJson(expr.func), args: expr.args.map(exprJson) };
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: exprJson(expr.expr),
        param: expr.param === undefined ? null : exprJson(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: exprJson(expr.lhs),
        rhs: exprJson(expr.rhs),
        matching: expr.matching === undefined ? null : matchingJson(expr.matching),
        bool: expr.returnBool,
      };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: exprJson(expr.expr) };
    case 'paren':
      return { type: 'parenExpr', expr: exprJson(expr.expr) };
  }
}

function selectorJson({ name, offset, matchers, at, mode }: VectorSelector): Json {
  return {
    name,
    offset: durationJson(offset),
    matchers: matchers.map((one) => ({ name: one.name, value: one.value, type: one.type })),
    ...atJson(at),
    ...(mode === 'anchored' ? { anchored: true } : {}),
    ...(mode === 'smoothed' ? { smoothed: true } : {}),
  };
}

function durationJson(duration: DurationValue | undefined): number {
  return typeof duration === 'number' ? duration : 0;
}

function atJson(at: AtModifier | undefined): Json {
  return {
    timestamp: at?.at === 'time' ? at.tMs : null,
    startOrEnd: at === undefined || at.at === 'time' ? null : at.at,
  };
}

function functionJson(name: string): Json {
  const signature = FUNCTIONS.get(name);
  return {
    name,
    argTypes: signature?.args ?? [],
    variadic: signature?.variadic ?? 0,
    returnType: signature?.returns ?? 'none',
  };
}

function matchingJson({ card, labels, on, include, fillLeft, fillRight }: VectorMatching): Json {
  const fill =
    fillLeft === undefined && fillRight === undefined
      ? {}
      : { fillValues: { lhs: fillLeft ?? null, rhs: fillRight ?? null } };
  return { card, labels, on, include, ...fill };
}
