import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column, HistogramColumn } from '../columns.ts';
import { Arena, dropMetadata, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { combineMixed } from './histogram-ops.ts';
import { applyOp, isComparison, isTrimOp, OP_CODES } from './operators.ts';

/** A vector with a scalar. `swapped`: the scalar stands on the left. A comparison without `bool` filters the vector. */
export async function vectorWithScalar(
  node: BinaryNode,
  columns: readonly Column[],
  scalar: Float64Array,
  swapped: boolean,
  context: EvalContext,
): Promise<readonly Column[]> {
  const { op, returnBool } = node;
  const filters = isComparison(op) && !returnBool;
  const keepsName = filters || isTrimOp(op);
  const { delayedNameRemoval } = context.features;
  const arena = new Arena(node.grid.steps);
  const result: Column[] = [];
  for (const column of columns) {
    const { values, present } = arena.peek();
    let histograms: HistogramColumn | undefined;
    let found: number;
    if (column.histograms !== undefined || isTrimOp(op)) {
      const mixed = combineMixed(node, column, scalar, swapped, context, values, present);
      histograms = mixed.histograms;
      found = mixed.found;
    } else if (filters) {
      found = filterFloats(OP_CODES[op], column, scalar, swapped, values, present);
    } else {
      found = combineFloats(OP_CODES[op as keyof typeof OP_CODES], column, scalar, swapped, values, present);
    }
    if (context.due(values.length)) await context.pause();
    if (found === 0) continue;
    arena.commit();
    const labels = keepsName || delayedNameRemoval ? column.labels : dropMetadata(column.labels);
    const dropName = keepsName ? column.dropName : delayedNameRemoval;
    result.push({ labels, dropName, values, present, histograms });
  }
  return keepsName || delayedNameRemoval ? result : mergeEqualLabels(result);
}

function combineFloats(
  code: number,
  column: Column,
  scalar: Float64Array,
  swapped: boolean,
  values: Float64Array,
  present: Uint8Array,
): number {
  const source = column.values;
  let found = 0;
  for (let k = 0; k < values.length; k++) {
    if (column.present[k] !== 1) continue;
    const v = source[k] as number;
    const s = scalar[k] as number;
    values[k] = swapped ? applyOp(code, s, v) : applyOp(code, v, s);
    present[k] = 1;
    found++;
  }
  return found;
}

function filterFloats(
  code: number,
  column: Column,
  scalar: Float64Array,
  swapped: boolean,
  values: Float64Array,
  present: Uint8Array,
): number {
  const source = column.values;
  let found = 0;
  for (let k = 0; k < values.length; k++) {
    if (column.present[k] !== 1) continue;
    const v = source[k] as number;
    const s = scalar[k] as number;
    if ((swapped ? applyOp(code, s, v) : applyOp(code, v, s)) === 0) continue;
    values[k] = v;
    present[k] = 1;
    found++;
  }
  return found;
}
