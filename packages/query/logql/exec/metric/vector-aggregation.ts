import type { Labels } from '@petrel/model';
import type { Accumulate, GroupState } from '../../../promql/exec/aggregate/accumulators.ts';
import { addCount, addMax, addMin, addSum, newGroupState } from '../../../promql/exec/aggregate/accumulators.ts';
import type { Groups } from '../../../promql/exec/aggregate/groups.ts';
import { groupColumns } from '../../../promql/exec/aggregate/groups.ts';
import { compareFloats, topK } from '../../../promql/exec/aggregate/top-k.ts';
import { Annotations } from '../../../promql/exec/annotations.ts';
import type { Column } from '../../../promql/exec/columns.ts';
import { Arena } from '../../../promql/exec/columns.ts';
import { mean } from '../../../promql/exec/range/sums.ts';
import type { VectorAggregation } from '../../parse/ast.ts';
import type { MetricContext } from './metric-context.ts';

/** sum, avg, count, min, max, stddev and stdvar over groups; topk, bottomk and approx_topk; sort and sort_desc, which order an instant answer. */
export async function aggregateVector(
  node: VectorAggregation,
  columns: readonly Column[],
  context: MetricContext,
): Promise<readonly Column[]> {
  switch (node.op) {
    case 'sort':
    case 'sort_desc':
      return sorted(columns, node.op === 'sort_desc');
    case 'topk':
    case 'bottomk':
    case 'approx_topk':
      return choose(node, columns, context);
    default:
      return fold(node.op, columns, groupsOf(node, columns), context);
  }
}

function groupsOf({ grouping }: VectorAggregation, columns: readonly Column[]): Groups {
  return groupColumns(columns, { grouping: grouping?.labels ?? [], without: grouping?.without ?? false });
}

function sorted(columns: readonly Column[], descending: boolean): readonly Column[] {
  const here = columns.filter(({ present }) => present[0] === 1);
  const elsewhere = columns.filter(({ present }) => present[0] !== 1);
  return [...here.sort((a, b) => compareFloats(a.values[0], b.values[0], descending)), ...elsewhere];
}

/** approx_topk is exact here: its sketch saves memory where partial answers of many machines are put together. */
async function choose(
  node: VectorAggregation,
  columns: readonly Column[],
  { work, grid }: MetricContext,
): Promise<readonly Column[]> {
  const count = node.param ?? 0;
  if (count < 1) return [];
  return topK({
    node: { op: node.op === 'bottomk' ? 'bottomk' : 'topk', grid, inputPos: { start: 0, end: 0 } },
    columns,
    groups: groupsOf(node, columns),
    param: new Float64Array(grid.steps).fill(count),
    // The order of an instant answer is decided at the end, so none is wanted here.
    context: {
      annotations: new Annotations(''),
      isRange: true,
      due: (n) => work.due(n),
      pause: () => work.pause(),
    },
  });
}

type FoldOp = Exclude<VectorAggregation['op'], 'sort' | 'sort_desc' | 'topk' | 'bottomk' | 'approx_topk'>;

/** Welford, as the accumulators of the other operators; a group's first member alone has no spread, whatever it is. */
const addSpread: Accumulate = ({ value, second, count }, values, present) => {
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    const v = values[k] as number;
    const n = (count[k] as number) + 1;
    count[k] = n;
    if (n === 1) {
      second[k] = v;
      continue;
    }
    const off = v - (second[k] as number);
    const average = (second[k] as number) + off / n;
    second[k] = average;
    value[k] = (value[k] as number) + off * (v - average);
  }
};

const ACCUMULATORS: Readonly<Record<FoldOp, Accumulate>> = {
  sum: addSum,
  avg: addSum,
  min: addMin,
  max: addMax,
  count: addCount,
  stddev: addSpread,
  stdvar: addSpread,
};

async function fold(
  op: FoldOp,
  columns: readonly Column[],
  groups: Groups,
  { work, grid }: MetricContext,
): Promise<readonly Column[]> {
  const { steps } = grid;
  work.hold(groups.count * steps * 3);
  const states = Array.from({ length: groups.count }, () => newGroupState(steps));
  for (const [s, column] of columns.entries()) {
    ACCUMULATORS[op](states[groups.groupOf[s] as number] as GroupState, column.values, column.present);
    if (work.due(steps)) await work.pause();
  }
  const meanOf = (group: number, step: number): number => {
    const members: number[] = [];
    columns.forEach(({ values, present }, s) => {
      if (groups.groupOf[s] === group && present[step] === 1) members.push(values[step] as number);
    });
    return mean(members, 0, members.length);
  };
  const arena = new Arena(steps);
  const result: Column[] = [];
  states.forEach((state, group) => {
    const { values, present } = arena.peek();
    let found = 0;
    for (let k = 0; k < steps; k++) {
      if (state.count[k] === 0) continue;
      values[k] = valueAt(op, state, k, () => meanOf(group, k));
      present[k] = 1;
      found++;
    }
    if (found === 0) return;
    arena.commit();
    result.push({ labels: groups.labels[group] as Labels, dropName: false, values, present });
  });
  return result;
}

function valueAt(op: FoldOp, { value, second, count }: GroupState, k: number, meanOf: () => number): number {
  const sum = value[k] as number;
  const members = count[k] as number;
  switch (op) {
    case 'sum':
      return Math.abs(sum) === Infinity ? sum : sum + (second[k] as number);
    case 'avg':
      // A sum that overflowed says nothing about the mean.
      return Number.isFinite(sum) ? sum / members + (second[k] as number) / members : meanOf();
    case 'count':
      return members;
    case 'stdvar':
      return sum / members;
    case 'stddev':
      return Math.sqrt(sum / members);
    default:
      return sum;
  }
}
