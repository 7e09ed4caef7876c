import type { CallNode } from '../../plan/plan-node.ts';
import type { Value } from '../columns.ts';
import { unlabelled } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { evalRangeCall } from '../range-call.ts';
import { RANGE_FUNCTIONS } from '../range-functions.ts';
import { evalAbsent, evalAbsentOverTime } from './absent.ts';
import { scalarArg } from './arguments.ts';
import { DATE_FUNCTIONS, evalDate } from './dates.ts';
import { evalHistogramFunction, HISTOGRAM_FUNCTIONS } from './histogram-functions.ts';
import { evalInfo } from './info.ts';
import { evalLabelJoin, evalLabelReplace } from './labels.ts';
import { evalClamp, evalMath, evalRound, MATH_FUNCTIONS } from './math.ts';
import { evalScalar } from './scalar.ts';
import { evalSort } from './sort.ts';
import { evalTimestamp } from './timestamp.ts';

/** A function call, by the function's kind. */
export async function evalCall(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const { func } = node;
  const range = RANGE_FUNCTIONS.get(func);
  if (range !== undefined) return evalRangeCall(node, range, context, evaluate);
  const math = MATH_FUNCTIONS.get(func);
  if (math !== undefined) return evalMath(node, math, context, evaluate);
  const date = DATE_FUNCTIONS.get(func);
  if (date !== undefined) return evalDate(node, date, context, evaluate);
  if (HISTOGRAM_FUNCTIONS.has(func)) return evalHistogramFunction(node, context, evaluate);
  const other = OTHERS[func];
  if (other === undefined) throw new Error(`the engine has no function ${func}`);
  return other(node, context, evaluate);
}

type CallEvaluator = (node: CallNode, context: EvalContext, evaluate: Evaluate) => Promise<Value>;

const OTHERS: Readonly<Record<string, CallEvaluator>> = {
  absent: evalAbsent,
  absent_over_time: evalAbsentOverTime,
  clamp: evalClamp,
  clamp_max: evalClamp,
  clamp_min: evalClamp,
  info: evalInfo,
  label_join: evalLabelJoin,
  label_replace: evalLabelReplace,
  max_of: (node, context, evaluate) => twoScalars(node, context, evaluate, Math.max),
  min_of: (node, context, evaluate) => twoScalars(node, context, evaluate, Math.min),
  round: evalRound,
  scalar: evalScalar,
  sort: evalSort,
  sort_by_label: evalSort,
  sort_by_label_desc: evalSort,
  sort_desc: evalSort,
  start_timestamp: evalTimestamp,
  time: async ({ grid }) => {
    const values = new Float64Array(grid.steps);
    for (let k = 0; k < grid.steps; k++) values[k] = (grid.startMs + k * grid.stepMs) / 1000;
    return { kind: 'scalar', values };
  },
  timestamp: evalTimestamp,
  vector: async (node, context, evaluate) => ({
    kind: 'vector',
    columns: [unlabelled(await scalarArg(node, 0, context, evaluate))],
  }),
};

async function twoScalars(
  node: CallNode,
  context: EvalContext,
  evaluate: Evaluate,
  pick: (a: number, b: number) => number,
): Promise<Value> {
  const a = await scalarArg(node, 0, context, evaluate);
  const b = await scalarArg(node, 1, context, evaluate);
  return { kind: 'scalar', values: a.map((v, k) => pick(v, b[k] as number)) };
}
