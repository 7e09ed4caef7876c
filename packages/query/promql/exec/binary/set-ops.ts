import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column } from '../columns.ts';
import { mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { anyPresent, matchGroups } from './signatures.ts';

/** and, or, unless: presence alone decides, by masks over all steps. */
export async function evalSetOp(
  node: Pick<BinaryNode, 'op' | 'grid' | 'matching'>,
  lhs: readonly Column[],
  rhs: readonly Column[],
  context: Pick<EvalContext, 'due' | 'pause'>,
): Promise<readonly Column[]> {
  const { steps } = node.grid;
  const groups = matchGroups(node.matching ?? { on: false, labels: [] }, lhs, rhs);
  const fromLeft = new Map<Column, Column>();
  const fromRight: Column[] = [];
  for (const group of groups) {
    if (node.op === 'or') {
      const taken = anyPresent(group.lhs, steps);
      for (const column of group.rhs) push(fromRight, masked(column, taken, 0));
    } else {
      const mask = anyPresent(group.rhs, steps);
      for (const column of group.lhs) {
        const kept = masked(column, mask, node.op === 'and' ? 1 : 0);
        if (kept !== undefined) fromLeft.set(column, kept);
      }
    }
    if (context.due((group.lhs.length + group.rhs.length) * steps)) await context.pause();
  }
  if (node.op === 'or') return mergeEqualLabels([...lhs, ...fromRight]);
  // In the order of the left side.
  return lhs.map((column) => fromLeft.get(column)).filter((column) => column !== undefined);
}

function push(columns: Column[], column: Column | undefined): void {
  if (column !== undefined) columns.push(column);
}

/** The column at the steps where the mask has `wanted`, undefined when nothing is left. */
function masked(column: Column, mask: Uint8Array, wanted: 0 | 1): Column | undefined {
  const present = new Uint8Array(mask.length);
  let found = 0;
  for (let k = 0; k < mask.length; k++) {
    if (column.present[k] !== 1 || mask[k] !== wanted) continue;
    present[k] = 1;
    found++;
  }
  if (column.histograms === undefined) return found === 0 ? undefined : { ...column, present };
  const histograms = column.histograms.map((h, k) => (mask[k] === wanted ? h : undefined));
  if (found === 0 && histograms.every((h) => h === undefined)) return undefined;
  return { ...column, present, histograms };
}
