import type { Matcher } from '@petrel/model';
import { Labels } from '@petrel/model';
import type { CallNode, PlanNode } from '../../plan/plan-node.ts';
import { anyPresent } from '../binary/signatures.ts';
import type { Value } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { KernelInput } from '../range/kernel.ts';
import { locateHistogramWindows } from '../range/windows.ts';
import { evalRange } from '../range-input.ts';
import { vectorArg } from './arguments.ts';

/** 1 at the steps where the vector is empty, with the labels that the selector fixes. */
export async function evalAbsent(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const columns = await vectorArg(node, 0, context, evaluate);
  return absentWhere(anyPresent(columns, node.grid.steps), node.args[0] as PlanNode);
}

/** The same for a range: 1 at the steps whose window holds no sample of any series. */
export async function evalAbsentOverTime(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const range = await evalRange(node.args[0] as PlanNode, context, evaluate);
  const input = new KernelInput(range.windows);
  const taken = new Uint8Array(node.grid.steps);
  const mark = () => {
    for (let k = 0; k < taken.length; k++) if ((input.hi[k] as number) > (input.lo[k] as number)) taken[k] = 1;
  };
  for (let i = 0; i < range.count; i++) {
    const series = range.seriesAt(i);
    if (series === undefined) continue;
    input.load(series);
    mark();
    if (series.histograms !== undefined) {
      locateHistogramWindows(series.histograms, range.windows, input.lo, input.hi);
      mark();
    }
    if (context.due(taken.length + 64)) await context.pause();
  }
  return absentWhere(taken, node.args[0] as PlanNode);
}

function absentWhere(taken: Uint8Array, arg: PlanNode): Value {
  const present = taken.map((t) => 1 - t);
  if (!present.includes(1)) return { kind: 'vector', columns: [] };
  const values = new Float64Array(present.length).fill(1);
  return { kind: 'vector', columns: [{ labels: fixedLabels(arg), dropName: false, values, present }] };
}

/** Labels that one `=` matcher alone speaks about. */
function fixedLabels(arg: PlanNode): Labels {
  const bare = arg.kind === 'stepInvariant' ? arg.input : arg;
  if (bare.kind !== 'select' && bare.kind !== 'rangeSelect') return Labels.EMPTY;
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, type, value } of bare.need.matchers as readonly Matcher[]) {
    if (name === '__name__') continue;
    if (type === '=' && !seen.has(name)) {
      fixed.set(name, value);
      seen.add(name);
    } else {
      fixed.delete(name);
    }
  }
  return Labels.from(fixed);
}
