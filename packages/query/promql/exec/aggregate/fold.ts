import type { Column } from '../columns.ts';
import { Arena } from '../columns.ts';
import { mean } from '../range/sums.ts';
import type { AggregateInput } from './aggregate.ts';

/** The state of all groups over all steps: cell `group · steps + step`. */
export interface FoldState {
  readonly steps: number;
  readonly value: Float64Array;
  /** Compensation of sums, or the mean of a variance. */
  readonly second: Float64Array;
  readonly count: Float64Array;
}

type Accumulate = (state: FoldState, base: number, values: Float64Array, present: Uint8Array) => void;

const addSum: Accumulate = ({ value, second, count, steps }, base, values, present) => {
  for (let k = 0; k < steps; k++) {
    if (present[k] !== 1) continue;
    const cell = base + k;
    const v = values[k] as number;
    const sum = value[cell] as number;
    const t = sum + v;
    if (t === Infinity || t === -Infinity) second[cell] = 0;
    else if (Math.abs(sum) >= Math.abs(v)) second[cell] = (second[cell] as number) + (sum - t + v);
    else second[cell] = (second[cell] as number) + (v - t + sum);
    value[cell] = t;
    count[cell] = (count[cell] as number) + 1;
  }
};

const addMin: Accumulate = ({ value, count, steps }, base, values, present) => {
  for (let k = 0; k < steps; k++) {
    if (present[k] !== 1) continue;
    const cell = base + k;
    const v = values[k] as number;
    const least = value[cell] as number;
    if (count[cell] === 0 || v < least || Number.isNaN(least)) value[cell] = v;
    count[cell] = (count[cell] as number) + 1;
  }
};

const addMax: Accumulate = ({ value, count, steps }, base, values, present) => {
  for (let k = 0; k < steps; k++) {
    if (present[k] !== 1) continue;
    const cell = base + k;
    const v = values[k] as number;
    const most = value[cell] as number;
    if (count[cell] === 0 || v > most || Number.isNaN(most)) value[cell] = v;
    count[cell] = (count[cell] as number) + 1;
  }
};

const addCount: Accumulate = ({ count, steps }, base, _values, present) => {
  for (let k = 0; k < steps; k++) count[base + k] = (count[base + k] as number) + (present[k] as number);
};

/** Welford: `value` gathers the squares, `second` the mean. */
const addVariance: Accumulate = ({ value, second, count, steps }, base, values, present) => {
  for (let k = 0; k < steps; k++) {
    if (present[k] !== 1) continue;
    const cell = base + k;
    const v = values[k] as number;
    const n = (count[cell] as number) + 1;
    const off = v - (second[cell] as number);
    const average = (second[cell] as number) + off / n;
    value[cell] = (value[cell] as number) + off * (v - average);
    second[cell] = average;
    count[cell] = n;
  }
};

/** sum, avg, min, max, count, group, stddev and stdvar of floats. Histograms count, and are otherwise left out with an info. */
export async function fold(input: AggregateInput): Promise<readonly Column[]> {
  const { node, columns, groups, context } = input;
  const { steps } = node.grid;
  const cells = groups.count * steps;
  const state: FoldState = {
    steps,
    value: new Float64Array(cells),
    second: new Float64Array(cells),
    count: new Float64Array(cells),
  };
  const accumulate = accumulatorOf(input);
  for (let s = 0; s < columns.length; s++) {
    const column = columns[s] as Column;
    const base = (groups.groupOf[s] as number) * steps;
    accumulate(state, base, column.values, column.present);
    if (column.histograms !== undefined) addHistograms(input, state, base, column);
    if (context.due(steps)) await context.pause();
  }
  return finish(input, state);
}

function accumulatorOf({ node }: AggregateInput): Accumulate {
  switch (node.op) {
    case 'min':
      return addMin;
    case 'max':
      return addMax;
    case 'count':
    case 'group':
      return addCount;
    case 'stddev':
    case 'stdvar':
      return addVariance;
    default:
      return addSum;
  }
}

function addHistograms({ node, context }: AggregateInput, state: FoldState, base: number, column: Column): void {
  const counts = node.op === 'count' || node.op === 'group';
  column.histograms?.forEach((histogram, k) => {
    if (histogram === undefined) return;
    if (counts) state.count[base + k] = (state.count[base + k] as number) + 1;
    else context.annotations.info(`ignored histogram in ${node.op} aggregation`, node.inputPos);
  });
}

function finish(input: AggregateInput, state: FoldState): readonly Column[] {
  const { groups, node } = input;
  const { steps } = state;
  const arena = new Arena(steps);
  const columns: Column[] = [];
  for (let g = 0; g < groups.count; g++) {
    const { values, present } = arena.peek();
    let found = 0;
    for (let k = 0; k < steps; k++) {
      const cell = g * steps + k;
      if (state.count[cell] === 0) continue;
      values[k] = resultOf(input, state, cell, g, k);
      present[k] = 1;
      found++;
    }
    if (found === 0) continue;
    arena.commit();
    const labels = groups.labels[g] as Column['labels'];
    columns.push({ labels, dropName: groups.dropName[g] === true && node.grouping.length > 0, values, present });
  }
  return columns;
}

function resultOf(input: AggregateInput, state: FoldState, cell: number, group: number, step: number): number {
  const value = state.value[cell] as number;
  const second = state.second[cell] as number;
  const count = state.count[cell] as number;
  switch (input.node.op) {
    case 'sum':
      return value === Infinity || value === -Infinity ? value : value + second;
    case 'avg':
      // A sum that overflowed says nothing about the mean.
      if (!Number.isFinite(value)) return meanOfMembers(input, group, step);
      return value / count + second / count;
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

function meanOfMembers({ columns, groups }: AggregateInput, group: number, step: number): number {
  const members: number[] = [];
  for (let s = 0; s < columns.length; s++) {
    const column = columns[s] as Column;
    if (groups.groupOf[s] === group && column.present[step] === 1) members.push(column.values[step] as number);
  }
  return mean(members, 0, members.length);
}
