import type { CallNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import { Arena, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { scalarArg, vectorArg, withoutName } from './arguments.ts';

/** Functions of one number, by name. */
export const MATH_FUNCTIONS: ReadonlyMap<string, (x: number) => number> = new Map([
  ['abs', Math.abs],
  ['acos', Math.acos],
  ['acosh', Math.acosh],
  ['asin', Math.asin],
  ['asinh', Math.asinh],
  ['atan', Math.atan],
  ['atanh', Math.atanh],
  ['ceil', Math.ceil],
  ['cos', Math.cos],
  ['cosh', Math.cosh],
  ['deg', (x) => (x * 180) / Math.PI],
  ['exp', Math.exp],
  ['floor', Math.floor],
  ['ln', Math.log],
  ['log10', Math.log10],
  ['log2', Math.log2],
  ['rad', (x) => (x * Math.PI) / 180],
  ['sgn', (x) => (x < 0 ? -1 : x > 0 ? 1 : x)],
  ['sin', Math.sin],
  ['sinh', Math.sinh],
  ['sqrt', Math.sqrt],
  ['tan', Math.tan],
  ['tanh', Math.tanh],
]);

export async function evalMath(
  node: CallNode,
  fn: (x: number) => number,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<Value> {
  return mapFloats(await vectorArg(node, 0, context, evaluate), node, context, (source, present, out) => {
    for (let k = 0; k < out.length; k++) if (present[k] === 1) out[k] = fn(source[k] as number);
  });
}

/** Ties go up. */
export async function evalRound(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const columns = await vectorArg(node, 0, context, evaluate);
  const nearest = node.args.length > 1 ? await scalarArg(node, 1, context, evaluate) : undefined;
  return mapFloats(columns, node, context, (source, present, out) => {
    for (let k = 0; k < out.length; k++) {
      if (present[k] !== 1) continue;
      // The inverse is more exact for steps such as 0.1.
      const inverse = nearest === undefined ? 1 : 1 / (nearest[k] as number);
      out[k] = Math.floor((source[k] as number) * inverse + 0.5) / inverse;
    }
  });
}

export async function evalClamp(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const columns = await vectorArg(node, 0, context, evaluate);
  const { steps } = node.grid;
  const bound = await scalarArg(node, 1, context, evaluate);
  const lower = node.func === 'clamp_max' ? new Float64Array(steps).fill(-Infinity) : bound;
  const upper =
    node.func === 'clamp'
      ? await scalarArg(node, 2, context, evaluate)
      : node.func === 'clamp_max'
        ? bound
        : new Float64Array(steps).fill(Infinity);
  // Where the bounds cross, there is no result.
  const crossed = lower.some((low, k) => (upper[k] as number) < low);
  const kept = crossed
    ? columns.map((c) => ({
        ...c,
        present: c.present.map((p, k) => ((upper[k] as number) < (lower[k] as number) ? 0 : p)),
      }))
    : columns;
  return mapFloats(kept, node, context, (source, present, out) => {
    for (let k = 0; k < out.length; k++) {
      if (present[k] !== 1) continue;
      out[k] = Math.max(lower[k] as number, Math.min(upper[k] as number, source[k] as number));
    }
  });
}

type Mapper = (source: Float64Array, present: Uint8Array, out: Float64Array) => void;

/** Columns with their floats mapped; histograms fall away, and series that had nothing else. */
export async function mapFloats(
  columns: readonly Column[],
  node: CallNode,
  context: EvalContext,
  map: Mapper,
): Promise<Value> {
  const arena = new Arena(node.grid.steps);
  const result: Column[] = [];
  for (const column of columns) {
    const { present } = column;
    if (!present.includes(1)) continue;
    const { values } = arena.take();
    map(column.values, present, values);
    result.push({ ...withoutName(column, context), values, present });
    if (context.due(values.length * 2)) await context.pause();
  }
  context.hold(result.length * node.grid.steps);
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? result : mergeEqualLabels(result) };
}
