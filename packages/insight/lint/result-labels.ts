import type { Aggregate, Binary, Call, Expr, VectorSelector } from '@petrel/query/promql/parse/ast.ts';

import { promqlOf, type Rule } from '@petrel/rules';

/** Which labels the series of an expression may have: only `names`, or any but `without`. Never too few. */
export type ResultLabels =
  | { readonly kind: 'only'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'any'; readonly without: ReadonlySet<string> };

const NONE: ResultLabels = { kind: 'only', names: new Set() };

/** Whether the series of an expression may have the label. */
export function mayHave(labels: ResultLabels, name: string): boolean {
  return labels.kind === 'only' ? labels.names.has(name) : !labels.without.has(name);
}

/** What can be told from the rule's expression alone; of logs nothing is known beforehand. */
export function labelsOfRule(rule: Rule): ResultLabels {
  const expr = promqlOf(rule);
  return expr === undefined ? { kind: 'any', without: new Set() } : resultLabels(expr);
}

/** What can be told from the expression alone. */
export function resultLabels(expr: Expr): ResultLabels {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return NONE;
    case 'vectorSelector':
      return ofSelector(expr);
    case 'matrixSelector':
      return ofSelector(expr.selector);
    case 'subquery':
    case 'unary':
    case 'paren':
      return resultLabels(expr.expr);
    case 'call':
      return ofCall(expr);
    case 'aggregate':
      return ofAggregate(expr);
    case 'binary':
      return ofBinary(expr);
  }
}

/** A label that a selector wants to be empty is absent. */
function ofSelector({ matchers }: VectorSelector): ResultLabels {
  const without = new Set(matchers.filter(({ type, value }) => type === '=' && value === '').map(({ name }) => name));
  return { kind: 'any', without };
}

function ofCall({ func, args }: Call): ResultLabels {
  const inner = args.map(resultLabels);
  const [first = NONE] = inner;
  switch (func) {
    case 'absent':
    case 'absent_over_time':
      return ofAbsent(args[0]);
    case 'vector':
    case 'scalar':
    case 'time':
    case 'pi':
      return NONE;
    case 'histogram_quantile':
      return minus(inner[1] ?? NONE, ['le']);
    case 'histogram_fraction':
      return minus(inner[2] ?? NONE, ['le']);
    case 'quantile_over_time':
      return inner[1] ?? NONE;
    case 'label_replace':
    case 'label_join': {
      const target = args[1];
      return target?.kind === 'string' ? plus(first, [target.value]) : { kind: 'any', without: new Set() };
    }
    case 'info':
    case 'histogram_quantiles':
      return { kind: 'any', without: new Set() };
    default:
      return first;
  }
}

/** Labels that a single `=` matcher fixes. */
function ofAbsent(arg: Expr | undefined): ResultLabels {
  const selector = arg?.kind === 'matrixSelector' ? arg.selector : arg;
  if (selector?.kind !== 'vectorSelector') return NONE;
  const names = selector.matchers.filter(
    ({ type, name, value }) => type === '=' && name !== '__name__' && value !== '',
  );
  return { kind: 'only', names: new Set(names.map(({ name }) => name)) };
}

function ofAggregate({ op, expr, param, grouping, without }: Aggregate): ResultLabels {
  const inner = resultLabels(expr);
  if (op === 'topk' || op === 'bottomk' || op === 'limitk' || op === 'limit_ratio') return inner;
  const kept = without
    ? minus(inner, [...grouping, '__name__'])
    : only(grouping.filter((name) => mayHave(inner, name)));
  return op === 'count_values' && param?.kind === 'string' ? plus(kept, [param.value]) : kept;
}

function ofBinary({ op, lhs, rhs, matching }: Binary): ResultLabels {
  const [left, right] = [resultLabels(lhs), resultLabels(rhs)];
  if (op === 'and' || op === 'unless') return left;
  if (op === 'or') return union(left, right);
  // A scalar has no labels, so the other side's are what is left.
  if (matching === undefined) return union(left, right);
  const { card, on, labels, include } = matching;
  if (card === 'many-to-one') return plus(left, include);
  if (card === 'one-to-many') return plus(right, include);
  return on ? only(labels.filter((name) => mayHave(left, name))) : minus(left, labels);
}

function only(names: Iterable<string>): ResultLabels {
  return { kind: 'only', names: new Set(names) };
}

function plus(labels: ResultLabels, names: readonly string[]): ResultLabels {
  if (labels.kind === 'only') return only([...labels.names, ...names]);
  return { kind: 'any', without: new Set([...labels.without].filter((name) => !names.includes(name))) };
}

function minus(labels: ResultLabels, names: readonly string[]): ResultLabels {
  if (labels.kind === 'only') return only([...labels.names].filter((name) => !names.includes(name)));
  return { kind: 'any', without: new Set([...labels.without, ...names]) };
}

function union(a: ResultLabels, b: ResultLabels): ResultLabels {
  if (a.kind === 'only' && b.kind === 'only') return only([...a.names, ...b.names]);
  const [any, other] = a.kind === 'any' ? [a, b] : [b as ResultLabels & { kind: 'any' }, a];
  return { kind: 'any', without: new Set([...any.without].filter((name) => !mayHave(other, name))) };
}
