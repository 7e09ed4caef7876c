import type { Matcher } from '@petrel/model';
import type { AggregateOp, BinaryOp, Position, SelectorMode, VectorMatching } from '../parse/ast.ts';

/** The evaluation times of a node: `startMs + k·stepMs` for k in [0, steps). One step: an instant. */
export interface Grid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/**
 * What a selector needs from the source: all samples of the series that match in `[startMs, endMs]`, both included. Several nodes
 * may share one fetch (see `gatherFetches`).
 */
export interface SelectorNeed {
  readonly matchers: readonly Matcher[];
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Where a selector or a subquery looks: at step time t it refers to `(atMs ?? t) - offsetMs`.
 */
export interface TimeReference {
  readonly offsetMs: number;
  readonly atMs: number | undefined;
}

export interface NumberNode {
  readonly kind: 'number';
  readonly value: number;
  readonly grid: Grid;
}

export interface StringNode {
  readonly kind: 'string';
  readonly value: string;
}

/**
 * `totalsOnly`: of native histograms only count and sum are asked for (`histogram_count(…)`). Prometheus then finds counter resets
 * by itself where the data does not tell, and its annotations follow from that.
 */
export interface SelectNode extends TimeReference {
  readonly kind: 'select';
  readonly need: SelectorNeed;
  readonly lookbackMs: number;
  readonly mode: SelectorMode | undefined;
  readonly totalsOnly: boolean;
  readonly grid: Grid;
  readonly pos: Position;
}

export interface RangeSelectNode extends TimeReference {
  readonly kind: 'rangeSelect';
  readonly need: SelectorNeed;
  readonly windowMs: number;
  readonly lookbackMs: number;
  readonly mode: SelectorMode | undefined;
  readonly totalsOnly: boolean;
  readonly grid: Grid;
}

export interface SubqueryNode extends TimeReference {
  readonly kind: 'subquery';
  /** Evaluated on its own grid. */
  readonly input: PlanNode;
  readonly windowMs: number;
  readonly grid: Grid;
}

export interface CallNode {
  readonly kind: 'call';
  readonly func: string;
  readonly args: readonly PlanNode[];
  /** Parallel to `args`: where annotations about an argument point. */
  readonly argPos: readonly Position[];
  readonly pos: Position;
  readonly grid: Grid;
}

export interface AggregateNode {
  readonly kind: 'aggregate';
  readonly op: AggregateOp;
  readonly input: PlanNode;
  readonly inputPos: Position;
  readonly param: PlanNode | undefined;
  readonly paramPos: Position;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly pos: Position;
  readonly grid: Grid;
}

export interface BinaryNode {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly lhs: PlanNode;
  readonly rhs: PlanNode;
  readonly returnBool: boolean;
  readonly matching: VectorMatching | undefined;
  readonly pos: Position;
  readonly grid: Grid;
}

export interface NegateNode {
  readonly kind: 'negate';
  readonly input: PlanNode;
  readonly pos: Position;
  readonly grid: Grid;
}

/** The input does not change over the steps: it is evaluated at the first one and repeated. */
export interface StepInvariantNode {
  readonly kind: 'stepInvariant';
  readonly input: PlanNode;
  readonly grid: Grid;
}

/** `rate(x[w])` or a sum over it, computed by the source when it accepts; `fallback` otherwise. */
export interface SourceGridNode extends TimeReference {
  readonly kind: 'sourceGrid';
  readonly func: 'rate' | 'increase' | 'delta' | 'last' | 'irate' | 'idelta';
  readonly need: SelectorNeed;
  readonly windowMs: number;
  readonly sumBy: { readonly without: boolean; readonly labels: readonly string[] } | undefined;
  readonly fallback: PlanNode;
  /** Of the range argument, for the hint about counters. */
  readonly argPos: Position;
  readonly grid: Grid;
}

/** Nodes are readonly and tagged by `kind`; visitors are records keyed by it. */
export type PlanNode =
  | NumberNode
  | StringNode
  | SelectNode
  | RangeSelectNode
  | SubqueryNode
  | CallNode
  | AggregateNode
  | BinaryNode
  | NegateNode
  | StepInvariantNode
  | SourceGridNode;

/** The nodes below a node, in order of evaluation. */
export function childrenOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'select':
    case 'rangeSelect':
      return [];
    case 'subquery':
    case 'negate':
    case 'stepInvariant':
      return [node.input];
    case 'call':
      return node.args;
    case 'aggregate':
      return node.param === undefined ? [node.input] : [node.input, node.param];
    case 'binary':
      return [node.lhs, node.rhs];
    case 'sourceGrid':
      return [node.fallback];
  }
}

/** The last evaluation time of a grid. */
export function gridEndMs(grid: Grid): number {
  return grid.startMs + (grid.steps - 1) * grid.stepMs;
}
