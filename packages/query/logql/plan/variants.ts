import type { LogRange, MetricExpr, Stage, Variants } from '../parse/ast.ts';
import { childrenOf } from './children.ts';

/** The expression with every range aggregation of `variants(…) of (…)` reading what `of` names: its streams, its stages and then its own, at its offset. */
export function resolveVariants(node: MetricExpr): MetricExpr {
  if (node.kind === 'variants') return { ...node, variants: node.variants.map((one) => overCommon(one, node)) };
  const children = childrenOf(node);
  const resolved = children.map(resolveVariants);
  return resolved.every((child, i) => child === children[i]) ? node : withChildren(node, resolved);
}

function overCommon(node: MetricExpr, variants: Variants): MetricExpr {
  if (node.kind === 'rangeAggregation') return { ...node, over: commonRange(node.over, variants.over) };
  return withChildren(
    node,
    childrenOf(node).map((child) => overCommon(child, variants)),
  );
}

function commonRange(own: LogRange, common: LogRange): LogRange {
  const { matchers, stages } = common.selector;
  const selector = { ...own.selector, matchers, stages: [...stages, ...withoutPrefix(own.selector.stages, stages)] };
  return { ...own, selector, offsetMs: common.offsetMs };
}

/** Stages that a variant repeats from `of` run once. */
function withoutPrefix(stages: readonly Stage[], prefix: readonly Stage[]): readonly Stage[] {
  const repeats = stages.length >= prefix.length && prefix.every((stage, i) => textOf(stage) === textOf(stages[i]));
  return repeats ? stages.slice(prefix.length) : stages;
}

/** What a part of the tree says, wherever it stands: equal for equal parts. */
export function textOf(part: unknown): string {
  return JSON.stringify(part, (name, value: unknown) => (name === 'range' ? undefined : value));
}

function withChildren(node: MetricExpr, children: readonly MetricExpr[]): MetricExpr {
  switch (node.kind) {
    case 'vectorAggregation':
    case 'labelReplace':
      return { ...node, expr: children[0] as MetricExpr };
    case 'binary':
      return { ...node, left: children[0] as MetricExpr, right: children[1] as MetricExpr };
    case 'variants':
      return { ...node, variants: children };
    default:
      return node;
  }
}
