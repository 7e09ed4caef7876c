import type { DurationValue, Expr } from '@petrel/query/promql/parse/ast.ts';
import { outputMatcher, outputOf, selectorsOf, visitSelectors } from '../evaluation/output-match.ts';
import type { Rule, RuleGroup } from '../rule-file/rule-group.ts';

/** A rule by the places of its group and of itself. */
export interface RuleRef {
  readonly group: number;
  readonly index: number;
  readonly rule: Rule;
}

export interface SimulationPlan {
  /** Each reads only what came in earlier waves, so those of one wave may be evaluated side by side; recording rules early. */
  readonly waves: readonly (readonly (RuleRef | 'stepwise')[])[];
  /** Groups whose rules read each other in a circle, or read what is only recorded later: they have to be walked through time. */
  readonly stepwise: readonly number[];
  /** Rules whose output another rule may read. */
  readonly read: ReadonlySet<Rule>;
}

/** Decides in which order rules can be evaluated over the whole time, one after the other. */
export function planSimulation(groups: readonly RuleGroup[]): SimulationPlan {
  const refs = groups.flatMap(({ rules }, group) => rules.map((rule, index): RuleRef => ({ group, index, rule })));
  const outputs = refs.map(({ rule }) => outputOf(rule));
  const needs = refs.map(({ rule }) => {
    const matches = outputMatcher(selectorsOf(rule));
    return refs.flatMap((_, i) => (matches(outputs[i] as (typeof outputs)[number]) ? [i] : []));
  });
  const read = new Set(needs.flat().map((i) => (refs[i] as RuleRef).rule));
  const stepwise = new Set<number>();
  for (const [i, ref] of refs.entries()) {
    const readsLater = (needs[i] as number[]).some((j) => {
      const other = refs[j] as RuleRef;
      return other.group === ref.group && other.index >= ref.index;
    });
    if (readsLater) stepwise.add(ref.group);
  }
  for (;;) {
    const waves = sorted(refs, needs, stepwise);
    if (!Array.isArray(waves)) {
      // A circle over several groups: all of its groups are walked together.
      for (const group of waves.circle) stepwise.add(group);
      continue;
    }
    return { waves, stepwise: [...stepwise], read };
  }
}

function sorted(
  refs: readonly RuleRef[],
  needs: readonly (readonly number[])[],
  stepwise: ReadonlySet<number>,
): (RuleRef | 'stepwise')[][] | { readonly circle: readonly number[] } {
  const STEPWISE = refs.length;
  const nodeOf = (i: number) => (stepwise.has((refs[i] as RuleRef).group) ? STEPWISE : i);
  const open = new Map<number, Set<number>>();
  for (const i of refs.keys()) {
    const node = nodeOf(i);
    const wanted = open.get(node) ?? new Set<number>();
    open.set(node, wanted);
    for (const j of needs[i] as readonly number[]) if (nodeOf(j) !== node) wanted.add(nodeOf(j));
  }
  const waves: (RuleRef | 'stepwise')[][] = [];
  while (open.size > 0) {
    const ready = [...open].filter(([, wanted]) => wanted.size === 0).map(([node]) => node);
    if (ready.length === 0) {
      const groups = [...open.keys()].filter((node) => node !== STEPWISE).map((node) => (refs[node] as RuleRef).group);
      return { circle: groups };
    }
    const recording = ready.filter((node) => node === STEPWISE || refs[node]?.rule.kind === 'recording');
    const wave = recording.length > 0 ? recording : ready;
    waves.push(wave.map((node) => (node === STEPWISE ? 'stepwise' : (refs[node] as RuleRef))));
    for (const node of wave) {
      open.delete(node);
      for (const wanted of open.values()) wanted.delete(node);
    }
  }
  return waves;
}

/** True where a range query would not yield what an instant query does: the expression asks for the ends or the step of its range. */
export function dependsOnRange(expr: Expr): boolean {
  let found = false;
  visitSelectors(expr, ({ at, offset }) => {
    found ||= at?.at === 'start' || at?.at === 'end' || isComputed(offset);
  });
  return found || hasComputedDuration(expr);
}

function isComputed(duration: DurationValue | undefined): boolean {
  return duration !== undefined && typeof duration !== 'number';
}

function hasComputedDuration(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return false;
    case 'matrixSelector':
      return isComputed(expr.range);
    case 'subquery':
      return (
        isComputed(expr.range) ||
        isComputed(expr.step) ||
        isComputed(expr.offset) ||
        expr.at?.at === 'start' ||
        expr.at?.at === 'end' ||
        hasComputedDuration(expr.expr)
      );
    case 'call':
      return expr.args.some(hasComputedDuration);
    case 'aggregate':
      return hasComputedDuration(expr.expr) || (expr.param !== undefined && hasComputedDuration(expr.param));
    case 'unary':
    case 'paren':
      return hasComputedDuration(expr.expr);
    case 'binary':
      return hasComputedDuration(expr.lhs) || hasComputedDuration(expr.rhs);
  }
}
