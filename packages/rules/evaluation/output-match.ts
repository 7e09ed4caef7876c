import type { Matcher } from '@petrel/model';
import { compileMatcher } from '@petrel/model';
import type { Expr, VectorSelector } from '@petrel/query/promql/parse/ast.ts';
import { ALERTS_FOR_STATE_METRIC, ALERTS_METRIC } from '../alerting/alert-series.ts';
import { promqlOf } from '../rule-file/rule-expr.ts';
import type { Rule } from '../rule-file/rule-group.ts';

/** What is known beforehand of the series that a rule writes. */
export interface RuleOutput {
  readonly metrics: readonly string[];
  /** Labels that have the same value on all of them; '' for one that none of them has. */
  readonly fixed: ReadonlyMap<string, string>;
}

export function outputOf(rule: Rule): RuleOutput {
  if (rule.kind === 'recording') return { metrics: [rule.name], fixed: new Map(Object.entries(rule.labels)) };
  const fixed = new Map(Object.entries(rule.labels).filter(([, text]) => !text.includes('{{')));
  fixed.set('alertname', rule.name);
  return { metrics: [ALERTS_METRIC, ALERTS_FOR_STATE_METRIC], fixed };
}

/** The selectors by which a rule reads series, as lists of matchers. */
export function selectorsOf(rule: Rule): readonly (readonly Matcher[])[] {
  const expr = promqlOf(rule);
  if (expr === undefined) return [];
  const found: (readonly Matcher[])[] = [];
  visitSelectors(expr, (selector) => found.push(selector.matchers));
  return found;
}

export function visitSelectors(expr: Expr, visit: (selector: VectorSelector) => void): void {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return;
    case 'vectorSelector':
      visit(expr);
      return;
    case 'matrixSelector':
      visit(expr.selector);
      return;
    case 'subquery':
    case 'unary':
    case 'paren':
      visitSelectors(expr.expr, visit);
      return;
    case 'call':
      for (const arg of expr.args) visitSelectors(arg, visit);
      return;
    case 'aggregate':
      if (expr.param !== undefined) visitSelectors(expr.param, visit);
      visitSelectors(expr.expr, visit);
      return;
    case 'binary':
      visitSelectors(expr.lhs, visit);
      visitSelectors(expr.rhs, visit);
  }
}

/** Tells which outputs some selectors may match; false only where they surely do not. */
export function outputMatcher(selectors: readonly (readonly Matcher[])[]): (output: RuleOutput) => boolean {
  const compiled = selectors.map((matchers) => matchers.map((m) => ({ name: m.name, matches: compileMatcher(m) })));
  return ({ metrics, fixed }) =>
    compiled.some((matchers) =>
      metrics.some((metric) =>
        matchers.every(({ name, matches }) => {
          if (name === '__name__') return matches(metric);
          const value = fixed.get(name);
          return value === undefined || matches(value);
        }),
      ),
    );
}
