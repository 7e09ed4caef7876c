import type { AggregateNode, CallNode, PlanNode, SourceGridNode } from './plan-node.ts';

const GRID_FUNCTIONS: ReadonlyMap<string, SourceGridNode['func']> = new Map([
  ['rate', 'rate'],
  ['increase', 'increase'],
  ['delta', 'delta'],
  ['irate', 'irate'],
  ['idelta', 'idelta'],
  ['last_over_time', 'last'],
]);

/**
 * Offers the source what it may compute itself: a function of a plain range selector on the query's own grid, and a sum over it. Subqueries
 * and pinned selectors stay with the engine. The node that is replaced stays as the fallback.
 */
export function pushDown(node: PlanNode): PlanNode {
  switch (node.kind) {
    case 'aggregate':
      return pushSum(node);
    case 'call':
      return sourceGridOf(node) ?? { ...node, args: node.args.map(pushDown) };
    case 'binary':
      return { ...node, lhs: pushDown(node.lhs), rhs: pushDown(node.rhs) };
    case 'negate':
      return { ...node, input: pushDown(node.input) };
    default:
      return node;
  }
}

function pushSum(node: AggregateNode): PlanNode {
  const inner = node.op === 'sum' && node.input.kind === 'call' ? sourceGridOf(node.input) : undefined;
  // By the name, the sum would need to know what the function does to names.
  if (inner !== undefined && inner.func !== 'last' && !node.grouping.includes('__name__')) {
    return { ...inner, sumBy: { without: node.without, labels: node.grouping }, fallback: node };
  }
  return { ...node, input: pushDown(node.input), ...(node.param === undefined ? {} : { param: pushDown(node.param) }) };
}

function sourceGridOf(node: CallNode): SourceGridNode | undefined {
  const func = GRID_FUNCTIONS.get(node.func);
  const range = node.args[0];
  if (func === undefined || range?.kind !== 'rangeSelect') return undefined;
  if (range.mode !== undefined || range.atMs !== undefined || node.grid.steps < 2) return undefined;
  return {
    kind: 'sourceGrid',
    func,
    need: range.need,
    windowMs: range.windowMs,
    sumBy: undefined,
    fallback: node,
    offsetMs: range.offsetMs,
    atMs: undefined,
    argPos: node.argPos[0] ?? node.pos,
    grid: node.grid,
  };
}
