import type { LogSource, LogTimeRange } from '../port.ts';
import type { LogPlan } from './log-plan.ts';

/** The plan with what follows from the labels that its streams have in the range: then filters of other labels can be tested by the source too. */
export async function refinePlan(plan: LogPlan, source: LogSource, range: LogTimeRange): Promise<LogPlan> {
  if (plan.refine === undefined || range.startNs >= range.endNs) return plan;
  const { refine, selectors, pipeline } = plan;
  const names = await source.labelNames(selectors, range);
  return { selectors, pipeline, ...refine(new Set(names)) };
}
