import type { CallNode } from '../../plan/plan-node.ts';
import type { Value } from '../columns.ts';
import { unlabelled } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { vectorArg } from './arguments.ts';
import { mapFloats } from './math.ts';

/** Parts of a date in UTC. */
export const DATE_FUNCTIONS: ReadonlyMap<string, (date: Date) => number> = new Map([
  ['day_of_month', (d: Date) => d.getUTCDate()],
  ['day_of_week', (d: Date) => d.getUTCDay()],
  ['day_of_year', (d: Date) => Math.floor((d.getTime() - utcDay(d.getUTCFullYear(), 0, 1)) / 86_400_000) + 1],
  ['days_in_month', (d: Date) => new Date(utcDay(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).getUTCDate()],
  ['hour', (d: Date) => d.getUTCHours()],
  ['minute', (d: Date) => d.getUTCMinutes()],
  ['month', (d: Date) => d.getUTCMonth() + 1],
  ['year', (d: Date) => d.getUTCFullYear()],
]);

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; this does not. */
function utcDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

/** Of a vector of seconds since the epoch, or of the evaluation time. Fractions of a second are cut. */
export async function evalDate(
  node: CallNode,
  part: (date: Date) => number,
  context: EvalContext,
  evaluate: Evaluate,
): Promise<Value> {
  const { startMs, stepMs, steps } = node.grid;
  if (node.args.length === 0) {
    const values = new Float64Array(steps);
    for (let k = 0; k < steps; k++) values[k] = part(new Date(Math.floor((startMs + k * stepMs) / 1000) * 1000));
    return { kind: 'vector', columns: [unlabelled(values)] };
  }
  return mapFloats(await vectorArg(node, 0, context, evaluate), node, context, (source, present, out) => {
    for (let k = 0; k < out.length; k++) {
      if (present[k] === 1) out[k] = part(new Date(Math.trunc(source[k] as number) * 1000));
    }
  });
}
