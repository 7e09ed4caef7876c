import type { StepInvariantNode } from '../plan/plan-node.ts';
import type { Column, Value } from './columns.ts';
import { Arena, constantScalar } from './columns.ts';
import type { EvalContext } from './context.ts';

/** Spreads a value of one step over all steps of the node. */
export function repeatFirstStep({ grid }: StepInvariantNode, value: Value, context: EvalContext): Value {
  const { steps } = grid;
  if (value.kind === 'string') return value;
  if (value.kind === 'scalar') return constantScalar(value.values[0] ?? Number.NaN, steps);
  const arena = new Arena(steps);
  const columns: Column[] = value.columns.map((column) => {
    const slot = arena.take();
    const histogram = column.histograms?.[0];
    if (column.present[0] === 1) {
      slot.values.fill(column.values[0] as number);
      slot.present.fill(1);
    }
    const histograms = histogram === undefined ? undefined : new Array(steps).fill(histogram);
    return { labels: column.labels, dropName: column.dropName, ...slot, histograms };
  });
  context.hold(columns.length * steps);
  return { kind: 'vector', columns };
}
