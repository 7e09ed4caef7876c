import type { AggregateNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { streamColumns } from '../stream.ts';
import { countValues } from './count-values.ts';
import { Fold, fold, isFold } from './fold.ts';
import type { Groups } from './groups.ts';
import { groupColumns } from './groups.ts';
import { foldHistograms } from './histogram-fold.ts';
import { limit } from './limit.ts';
import { quantile } from './quantile.ts';
import { topK } from './top-k.ts';

/** What an aggregation works on. */
export interface AggregateInput {
  readonly node: AggregateNode;
  readonly columns: readonly Column[];
  readonly groups: Groups;
  /** The scalar parameter, one value a step. */
  readonly param: Float64Array;
  readonly context: EvalContext;
}

export async function evalAggregate(node: AggregateNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  if (isFold(node.op)) {
    const streamed = new Fold(node, context);
    if (await streamColumns(node.input, context, evaluate, streamed)) {
      const columns = streamed.finish();
      if (!streamed.needsMembers) {
        context.hold(columns.length * node.grid.steps);
        return { kind: 'vector', columns };
      }
    }
  }
  const value = await evaluate(node.input, context);
  if (value.kind !== 'vector') throw new Error(`an aggregation of a ${value.kind}`);
  const param = node.param === undefined ? undefined : await evaluate(node.param, context);
  const groups = groupColumns(value.columns, node);
  const scalar = param?.kind === 'scalar' ? param.values : new Float64Array(0);
  const input: AggregateInput = { node, columns: value.columns, groups, param: scalar, context };
  if (node.op === 'count_values') {
    return { kind: 'vector', columns: await countValues(input, param?.kind === 'string' ? param.value : '') };
  }
  const columns = await aggregate(input);
  context.hold(columns.length * node.grid.steps);
  return { kind: 'vector', columns };
}

async function aggregate(input: AggregateInput): Promise<readonly Column[]> {
  switch (input.node.op) {
    case 'topk':
    case 'bottomk':
      return topK(input);
    case 'limitk':
    case 'limit_ratio':
      return limit(input);
    case 'quantile':
      return quantile(input);
    case 'sum':
    case 'avg':
      if (input.columns.some((column) => column.histograms !== undefined)) return foldHistograms(input);
      return fold(input);
    default:
      return fold(input);
  }
}
