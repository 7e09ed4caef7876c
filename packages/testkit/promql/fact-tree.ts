import { Labels, type Matcher } from '@petrel/model';
import type {
  DurationExpr,
  DurationValue,
  Expr,
  TimeModifiers,
  VectorSelector,
} from '@petrel/query/promql/parse/ast.ts';
import { encodeBytes } from '@petrel/query/promql/parse/index.ts';

/**
 * An expression in the JSON form of parser_expressions.json: fields with Go's zero value are left out, durations and times are
 * milliseconds, positions are left out.
 */
export function factTree(expr: Expr): unknown {
  switch (expr.kind) {
    case 'number':
      return clean({ node: 'NumberLiteral', Val: number(expr.value), Duration: expr.isDuration });
    case 'string':
      return clean({ node: 'StringLiteral', Val: text(expr.value) });
    case 'vectorSelector':
      return selector(expr);
    case 'matrixSelector':
      return clean({
        node: 'MatrixSelector',
        VectorSelector: selector(expr.selector),
        ...duration('Range', expr.range),
      });
    case 'subquery':
      return clean({
        node: 'SubqueryExpr',
        Expr: factTree(expr.expr),
        ...duration('Range', expr.range),
        ...duration('Step', expr.step),
        ...modifiers(expr),
      });
    case 'call':
      return { node: 'Call', Func: expr.func, Args: { node: 'Expressions', items: expr.args.map(factTree) } };
    case 'aggregate':
      return clean({
        node: 'AggregateExpr',
        Op: expr.op,
        Expr: factTree(expr.expr),
        Param: expr.param === undefined ? undefined : factTree(expr.param),
        Grouping: expr.grouping,
        Without: expr.without,
      });
    case 'binary':
      return clean({
        node: 'BinaryExpr',
        Op: expr.op,
        LHS: factTree(expr.lhs),
        RHS: factTree(expr.rhs),
        ReturnBool: expr.returnBool,
        VectorMatching: expr.matching === undefined ? undefined : matching(expr.matching),
      });
    case 'unary':
      return { node: 'UnaryExpr', Op: expr.op, Expr: factTree(expr.expr) };
    case 'paren':
      return { node: 'ParenExpr', Expr: factTree(expr.expr) };
  }
}

function matching(m: NonNullable<Extract<Expr, { kind: 'binary' }>['matching']>): unknown {
  return clean({ node: 'VectorMatching', Card: m.card, MatchingLabels: m.labels, On: m.on, Include: m.include });
}

function selector(vs: VectorSelector): unknown {
  const matchers = vs.matchers.map(({ name, type, value }: Matcher) => ({ matcher: [name, type, value] }));
  return clean({ node: 'VectorSelector', Name: vs.name, LabelMatchers: matchers, ...modifiers(vs) });
}

function modifiers({ offset, at }: TimeModifiers): Record<string, unknown> {
  return {
    ...duration('OriginalOffset', offset),
    Timestamp: at?.at === 'time' ? at.tMs : undefined,
    StartOrEnd: at === undefined || at.at === 'time' ? undefined : at.at,
  };
}

function duration(field: string, value: DurationValue | undefined): Record<string, unknown> {
  if (value === undefined) return {};
  return typeof value === 'number' ? { [field]: value } : { [`${field}Expr`]: durationExpr(value) };
}

function durationExpr(expr: DurationExpr): unknown {
  switch (expr.kind) {
    case 'durationNumber':
      return clean({ node: 'NumberLiteral', Val: number(expr.seconds), Duration: expr.isDuration });
    case 'durationCall': {
      const [lhs, rhs] = expr.args.map(durationExpr);
      return clean({ node: 'DurationExpr', Op: expr.func, LHS: lhs, RHS: rhs, Wrapped: expr.wrapped });
    }
    case 'durationUnary':
      return clean({ node: 'DurationExpr', Op: expr.op, RHS: durationExpr(expr.expr), Wrapped: expr.wrapped });
    case 'durationBinary':
      return clean({
        node: 'DurationExpr',
        Op: expr.op,
        LHS: durationExpr(expr.lhs),
        RHS: durationExpr(expr.rhs),
        Wrapped: expr.wrapped,
      });
  }
}

function number(value: number): unknown {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : value > 0 ? 'Inf' : '-Inf';
}

function text(value: string): unknown {
  return /[\udc80-\udcff](?<![\ud800-\udbff][\udc00-\udfff])/.test(value)
    ? { hex: Buffer.from(encodeBytes(value)).toString('hex') }
    : value;
}

/** What a fact file says and what Go's zero values say is the same; positions inside trees are not compared. */
export function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (key === 'StartPos' || key === 'EndPos' || key === 'BypassEmptyMatcherCheck') continue;
    if (field === undefined || field === null || field === false || field === '') continue;
    if (field === 0 && key !== 'Val' && key !== 'Timestamp') continue;
    if (Array.isArray(field) && field.length === 0 && key !== 'items') continue;
    if (key === 'VectorMatching') out[key] = clean(withDefaultCard(field));
    else out[key] = clean(field);
  }
  return out;
}

/** Go's zero value of the cardinality is one-to-one. */
function withDefaultCard(field: unknown): unknown {
  const { items: _, ...rest } = field as Record<string, unknown>;
  return { ...rest, Card: (rest as { Card?: string }).Card ?? 'one-to-one' };
}

export function labelsOf(record: Record<string, string>): Labels {
  return Labels.of(record);
}
