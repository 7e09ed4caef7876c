import type { Labels } from '@petrel/model';
import type { AggregateOp } from '../../parse/ast.ts';
import type { AggregateNode } from '../../plan/plan-node.ts';
import type { Column, ColumnSink, HistogramColumn, Slot } from '../columns.ts';
import { Arena } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { mean } from '../range/sums.ts';
import type { Accumulate, GroupState } from './accumulators.ts';
import { addCount, addMax, addMin, addSum, addVariance, newGroupState } from './accumulators.ts';
import type { AggregateInput } from './aggregate.ts';
import { Grouper } from './groups.ts';

const ACCUMULATORS: Partial<Record<AggregateOp, Accumulate>> = {
  sum: addSum,
  avg: addSum,
  min: addMin,
  max: addMax,
  count: addCount,
  group: addCount,
  stddev: addVariance,
  stdvar: addVariance,
};

/** Whether an aggregation is a fold: it takes one series after the other and keeps none. */
export function isFold(op: AggregateOp): boolean {
  return ACCUMULATORS[op] !== undefined;
}

/** sum, avg, min, max, count, group, stddev and stdvar of floats, fed column by column. */
export class Fold implements ColumnSink {
  readonly #grouper: Grouper;
  readonly #states: GroupState[] = [];
  readonly #accumulate: Accumulate;
  readonly #slot: Slot;
  /** sum and avg met histograms, or an avg overflowed: the members are needed all together. */
  needsMembers = false;

  constructor(
    private readonly node: AggregateNode,
    private readonly context: EvalContext,
  ) {
    const { steps } = node.grid;
    this.#grouper = new Grouper(node);
    this.#accumulate = ACCUMULATORS[node.op] as Accumulate;
    this.#slot = { values: new Float64Array(steps), present: new Uint8Array(steps) };
  }

  slot(): Slot {
    return this.#slot;
  }

  accept(labels: Labels, dropName: boolean, slot: Slot, histograms: HistogramColumn | undefined): void {
    this.add({ labels, dropName, ...slot, histograms });
    slot.present.fill(0);
  }

  add(column: Column): void {
    const group = this.#grouper.add(column.labels, column.dropName);
    let state = this.#states[group];
    if (state === undefined) {
      this.context.hold(this.node.grid.steps);
      state = newGroupState(this.node.grid.steps);
      this.#states[group] = state;
    }
    this.#accumulate(state, column.values, column.present);
    if (column.histograms !== undefined) this.#addHistograms(state, column.histograms);
  }

  #addHistograms(state: GroupState, histograms: HistogramColumn): void {
    const { op, inputPos } = this.node;
    if (op === 'sum' || op === 'avg') this.needsMembers = true;
    histograms.forEach((histogram, k) => {
      if (histogram === undefined) return;
      if (op === 'count' || op === 'group') state.count[k] = (state.count[k] as number) + 1;
      else if (op !== 'sum' && op !== 'avg') {
        this.context.annotations.info(`ignored histogram in ${op} aggregation`, inputPos);
      }
    });
  }

  /** One column a group. `meanOf` gives the mean of a group's members at a step, for where the sum overflowed. */
  finish(meanOf?: (group: number, step: number) => number): readonly Column[] {
    const { steps } = this.node.grid;
    // The columns take the place of the groups' states; the caller counts them.
    this.context.hold(-this.#states.length * steps);
    const arena = new Arena(steps);
    const columns: Column[] = [];
    this.#states.forEach((state, group) => {
      const { values, present } = arena.peek();
      let found = 0;
      for (let k = 0; k < steps; k++) {
        if (state.count[k] === 0) continue;
        values[k] = this.#result(state, group, k, meanOf);
        present[k] = 1;
        found++;
      }
      if (found === 0) return;
      arena.commit();
      const labels = this.#grouper.labels[group] as Labels;
      columns.push({ labels, dropName: this.#grouper.dropName[group] === true, values, present });
    });
    return columns;
  }

  #result(state: GroupState, group: number, k: number, meanOf?: (group: number, step: number) => number): number {
    const value = state.value[k] as number;
    const second = state.second[k] as number;
    const count = state.count[k] as number;
    switch (this.node.op) {
      case 'sum':
        return value === Infinity || value === -Infinity ? value : value + second;
      case 'avg':
        // A sum that overflowed says nothing about the mean.
        if (Number.isFinite(value)) return value / count + second / count;
        if (meanOf === undefined) this.needsMembers = true;
        return meanOf?.(group, k) ?? value;
      case 'count':
        return count;
      case 'group':
        return 1;
      case 'stdvar':
        return value / count;
      case 'stddev':
        return Math.sqrt(value / count);
      default:
        return value;
    }
  }
}

/** The same over columns that are there already. */
export async function fold(input: AggregateInput): Promise<readonly Column[]> {
  const { node, columns, groups, context } = input;
  const folding = new Fold(node, context);
  for (const column of columns) {
    folding.add(column);
    if (context.due(node.grid.steps)) await context.pause();
  }
  return folding.finish((group, step) => {
    const members: number[] = [];
    columns.forEach((column, s) => {
      if (groups.groupOf[s] === group && column.present[step] === 1) members.push(column.values[step] as number);
    });
    return mean(members, 0, members.length);
  });
}
