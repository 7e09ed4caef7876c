import { PetrelError } from '@petrel/model';
import type {
  Call,
  Expr,
  MatrixSelector,
  SelectorMode,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from '../parse/ast.ts';
import type { QuerySpan } from './durations.ts';
import { resolveDuration, resolvePositiveDuration } from './durations.ts';
import { foldBinary, foldQueryTimes } from './fold-constants.ts';
import type { Grid, PlanNode, SelectorNeed, TimeReference } from './plan-node.ts';
import { gridEndMs } from './plan-node.ts';
import { isStepInvariant } from './step-invariance.ts';

export interface PlanOptions {
  readonly span: QuerySpan;
  readonly lookbackMs: number;
  /** The step of a subquery that names none. */
  readonly noStepSubqueryIntervalMs: (rangeMs: number) => number;
}

/**
 * A syntax tree with its durations, `@` and grids resolved. Every selector knows the range of time that it needs. Throws PetrelError
 * PROMQL_EXEC for durations and modifiers that cannot be.
 */
export function buildPlan(expr: Expr, grid: Grid, options: PlanOptions): PlanNode {
  return new PlanBuilder(options).build(expr, grid);
}

const MODE_FUNCTIONS: Readonly<Record<SelectorMode, readonly string[]>> = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
};

/** Whether a function reads count and sum of native histograms only; others pass on what they are inside of. */
const TOTALS: ReadonlyMap<string, boolean> = new Map([
  ['histogram_avg', true],
  ['histogram_count', true],
  ['histogram_sum', true],
  ['histogram_fraction', false],
  ['histogram_quantile', false],
  ['histogram_quantiles', false],
]);

class PlanBuilder {
  /** Inside of a function that wants count and sum of histograms only. */
  #totalsOnly = false;

  constructor(private readonly options: PlanOptions) {}

  build(expr: Expr, grid: Grid): PlanNode {
    const wrap = grid.steps > 1 && expr.kind !== 'number' && expr.kind !== 'string' && isStepInvariant(expr);
    if (!wrap || isMatrix(expr)) return this.#buildBare(expr, grid);
    const input = this.#buildBare(expr, { startMs: grid.startMs, stepMs: grid.stepMs, steps: 1 });
    if (input.kind === 'number') return { ...input, grid };
    return input.kind === 'string' ? input : { kind: 'stepInvariant', input, grid };
  }

  #buildBare(expr: Expr, grid: Grid): PlanNode {
    switch (expr.kind) {
      case 'number':
        return { kind: 'number', value: expr.value, grid };
      case 'string':
        return { kind: 'string', value: expr.value };
      case 'vectorSelector':
        return this.#select(expr, grid);
      case 'matrixSelector':
        return this.#rangeSelect(expr, grid);
      case 'subquery':
        return this.#subquery(expr, grid);
      case 'call':
        return this.#call(expr, grid);
      case 'paren':
        return this.build(expr.expr, grid);
      case 'unary': {
        const input = this.build(expr.expr, grid);
        if (expr.op === '+') return input;
        if (input.kind === 'number') return { ...input, value: -input.value };
        return { kind: 'negate', input, pos: expr.pos, grid };
      }
      case 'aggregate':
        return {
          kind: 'aggregate',
          op: expr.op,
          input: this.build(expr.expr, grid),
          inputPos: expr.expr.pos,
          param: expr.param === undefined ? undefined : this.build(expr.param, grid),
          paramPos: (expr.param ?? expr).pos,
          grouping: expr.grouping,
          without: expr.without,
          pos: expr.pos,
          grid,
        };
      case 'binary': {
        const { op, returnBool, matching, pos } = expr;
        const lhs = this.build(expr.lhs, grid);
        const rhs = this.build(expr.rhs, grid);
        return foldBinary(op, lhs, rhs, grid) ?? { kind: 'binary', op, lhs, rhs, returnBool, matching, pos, grid };
      }
    }
  }

  #call(expr: Call, grid: Grid): PlanNode {
    const constant = foldQueryTimes(expr.func, this.options.span);
    if (constant !== undefined) return { kind: 'number', value: constant, grid };
    for (const arg of expr.args) checkMode(expr.func, arg);
    return {
      kind: 'call',
      func: expr.func,
      args: this.#within(TOTALS.get(expr.func) ?? this.#totalsOnly, () =>
        expr.args.map((arg) => this.build(arg, grid)),
      ),
      argPos: expr.args.map((arg) => arg.pos),
      pos: expr.pos,
      grid,
    };
  }

  #within<T>(totalsOnly: boolean, build: () => T): T {
    const outer = this.#totalsOnly;
    this.#totalsOnly = totalsOnly;
    const result = build();
    this.#totalsOnly = outer;
    return result;
  }

  #select(expr: VectorSelector, grid: Grid): PlanNode {
    const { lookbackMs } = this.options;
    const reference = this.#reference(expr);
    const ahead = expr.mode === 'smoothed' ? lookbackMs : 0;
    const need = needOf(expr, reference, grid, lookbackMs, ahead);
    return {
      kind: 'select',
      need,
      lookbackMs,
      mode: expr.mode,
      totalsOnly: this.#totalsOnly,
      grid,
      pos: expr.pos,
      ...reference,
    };
  }

  #rangeSelect({ selector, range }: MatrixSelector, grid: Grid): PlanNode {
    const { lookbackMs, span } = this.options;
    const windowMs = resolvePositiveDuration(range, span);
    const reference = this.#reference(selector);
    const { mode } = selector;
    const behind = mode === undefined ? 0 : lookbackMs;
    const ahead = mode === 'smoothed' ? lookbackMs : 0;
    const need = needOf(selector, reference, grid, windowMs + behind, ahead);
    return { kind: 'rangeSelect', need, windowMs, lookbackMs, mode, totalsOnly: this.#totalsOnly, grid, ...reference };
  }

  #subquery(expr: Subquery, grid: Grid): PlanNode {
    const { span, noStepSubqueryIntervalMs } = this.options;
    const windowMs = resolvePositiveDuration(expr.range, span);
    const stepMs =
      expr.step === undefined ? noStepSubqueryIntervalMs(windowMs) : resolvePositiveDuration(expr.step, span);
    const reference = this.#reference(expr);
    const firstMs = (reference.atMs ?? grid.startMs) - reference.offsetMs;
    const lastMs = (reference.atMs ?? gridEndMs(grid)) - reference.offsetMs;
    // Steps are multiples of the interval since the epoch, the left end excluded.
    let startMs = stepMs * Math.trunc((firstMs - windowMs) / stepMs);
    if (startMs <= firstMs - windowMs) startMs += stepMs;
    const steps = lastMs < startMs ? 0 : Math.floor((lastMs - startMs) / stepMs) + 1;
    const input = this.#within(false, () => this.build(expr.expr, { startMs, stepMs, steps }));
    return { kind: 'subquery', input, windowMs, grid, ...reference };
  }

  #reference({ offset, at }: TimeModifiers): TimeReference {
    const { span } = this.options;
    const offsetMs = offset === undefined ? 0 : resolveDuration(offset, span);
    if (at === undefined) return { offsetMs, atMs: undefined };
    return { offsetMs, atMs: at.at === 'time' ? at.tMs : at.at === 'start' ? span.startMs : span.endMs };
  }
}

function needOf(
  expr: VectorSelector,
  { atMs, offsetMs }: TimeReference,
  grid: Grid,
  behindMs: number,
  aheadMs: number,
): SelectorNeed {
  const firstMs = (atMs ?? grid.startMs) - offsetMs;
  const lastMs = (atMs ?? gridEndMs(grid)) - offsetMs;
  // Windows are left-open: a sample exactly `behindMs` before is out.
  return {
    matchers: expr.matchers,
    startMs: firstMs - behindMs + 1,
    endMs: grid.steps === 0 ? -Infinity : lastMs + aheadMs,
  };
}

function isMatrix(expr: Expr): boolean {
  return expr.kind === 'matrixSelector' || expr.kind === 'subquery' || (expr.kind === 'paren' && isMatrix(expr.expr));
}

function checkMode(func: string, arg: Expr): void {
  let inner = arg;
  while (inner.kind === 'paren') inner = inner.expr;
  const mode = inner.kind === 'matrixSelector' ? inner.selector.mode : undefined;
  if (mode === undefined) return;
  const allowed = MODE_FUNCTIONS[mode];
  if (!allowed.includes(func)) {
    const list = allowed.join(', ');
    throw new PetrelError('PROMQL_EXEC', `${mode} modifier can only be used with: ${list} - not with ${func}`);
  }
}
