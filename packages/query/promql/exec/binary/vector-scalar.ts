import type { Labels } from '@petrel/model';
import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column, ColumnSink, HistogramColumn, Slot } from '../columns.ts';
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
  const combined = new WithScalar(node, scalar, swapped, context);
  for (const column of columns) {
    combined.combine(column);
    if (context.due(node.grid.steps)) await context.pause();
  }
  return combined.finish();
}

/** The same, column by column: as a sink it keeps nothing of a column that no sample of is left. */
export class WithScalar implements ColumnSink {
  readonly #filters: boolean;
  readonly #keepsName: boolean;
  readonly #taken: Arena;
  readonly #made: Arena;
  readonly #result: Column[] = [];

  constructor(
    private readonly node: BinaryNode,
    private readonly scalar: Float64Array,
    private readonly swapped: boolean,
    private readonly context: EvalContext,
  ) {
    this.#filters = isComparison(node.op) && !node.returnBool;
    this.#keepsName = this.#filters || isTrimOp(node.op);
    this.#taken = new Arena(node.grid.steps);
    this.#made = new Arena(node.grid.steps);
  }

  slot(): Slot {
    return this.#taken.peek();
  }

  accept(labels: Labels, dropName: boolean, slot: Slot, histograms: HistogramColumn | undefined): void {
    this.combine({ labels, dropName, ...slot, histograms });
    slot.present.fill(0);
  }

  combine(column: Column): void {
    const { node, scalar, swapped, context } = this;
    const { op } = node;
    const { values, present } = this.#made.peek();
    let histograms: HistogramColumn | undefined;
    let found: number;
    if (column.histograms !== undefined || isTrimOp(op)) {
      const mixed = combineMixed(node, column, scalar, swapped, context, values, present);
      histograms = mixed.histograms;
      found = mixed.found;
    } else if (this.#filters) {
      found = filterFloats(OP_CODES[op as keyof typeof OP_CODES], column, scalar, swapped, values, present);
    } else {
      found = combineFloats(OP_CODES[op as keyof typeof OP_CODES], column, scalar, swapped, values, present);
    }
    if (found === 0) return;
    this.#made.commit();
    const { delayedNameRemoval } = context.features;
    const labels = this.#keepsName || delayedNameRemoval ? column.labels : dropMetadata(column.labels);
    const dropName = this.#keepsName ? column.dropName : delayedNameRemoval;
    this.#result.push({ labels, dropName, values, present, histograms });
  }

  finish(): readonly Column[] {
    const staysDistinct = this.#keepsName || this.context.features.delayedNameRemoval;
    return staysDistinct ? this.#result : mergeEqualLabels(this.#result);
  }
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
