import type { CallNode } from '../../plan/plan-node.ts';
import type { Value } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { vectorArg } from './arguments.ts';

/** The float of the only series that has one; NaN at steps where there is none or more than one. */
export async function evalScalar(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const columns = await vectorArg(node, 0, context, evaluate);
  const values = new Float64Array(node.grid.steps).fill(Number.NaN);
  const seen = new Uint8Array(node.grid.steps);
  for (const column of columns) {
    for (let k = 0; k < seen.length; k++) {
      if (column.present[k] !== 1) continue;
      values[k] = seen[k] === 0 ? (column.values[k] as number) : Number.NaN;
      seen[k] = 1;
    }
  }
  return { kind: 'scalar', values };
}
