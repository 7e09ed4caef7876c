import type { Column } from '../columns.ts';
import { Arena } from '../columns.ts';
import { quantileOfSorted } from '../range/quantile.ts';
import { formatG } from '../range-call.ts';
import type { AggregateInput } from './aggregate.ts';

/** quantile: for each group and step its floats are gathered, sorted, and read off. */
export async function quantile(input: AggregateInput): Promise<readonly Column[]> {
  const { node, columns, groups, param, context } = input;
  const { steps } = node.grid;
  for (const q of param) {
    if (q >= 0 && q <= 1) continue;
    context.annotations.warn(`quantile value should be between 0 and 1, got ${formatG(q)}`, node.paramPos);
  }
  const members: Column[][] = Array.from({ length: groups.count }, () => []);
  columns.forEach((column, s) => {
    members[groups.groupOf[s] as number]?.push(column);
    if (column.histograms?.some((h) => h !== undefined)) {
      context.annotations.info('ignored histogram in quantile aggregation', node.inputPos);
    }
  });
  const arena = new Arena(steps);
  const scratch = new Float64Array(columns.length);
  const result: Column[] = [];
  for (let g = 0; g < groups.count; g++) {
    const group = members[g] as Column[];
    const { values, present } = arena.peek();
    let found = 0;
    for (let k = 0; k < steps; k++) {
      let n = 0;
      let nans = 0;
      for (const column of group) {
        if (column.present[k] !== 1) continue;
        const v = column.values[k] as number;
        if (!Number.isNaN(v)) scratch[n++] = v;
        else nans++;
      }
      if (n + nans === 0) continue;
      values[k] = quantileOfSorted(param[k] as number, scratch.subarray(0, n).sort(), n, nans);
      present[k] = 1;
      found++;
      if (context.due(group.length * 4)) await context.pause();
    }
    if (found === 0) continue;
    arena.commit();
    const labels = groups.labels[g] as Column['labels'];
    result.push({ labels, dropName: groups.dropName[g] === true, values, present });
  }
  return result;
}
