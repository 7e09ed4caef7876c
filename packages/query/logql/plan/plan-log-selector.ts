import { compilePipeline } from '../exec/stages/compile-pipeline.ts';
import type { LogSelector } from '../parse/ast.ts';
import type { LogPlan } from './log-plan.ts';
import { pushedPredicate } from './pushed-predicate.ts';

/**
 * What a selector with its stages comes to: streams, what the source can test, and the pipeline that decides. Throws LOGQL_PARSE for stages that cannot
 * run. JSON is taken to be written without escapes where none are needed: else no filter of a field could use an index.
 */
export function planLogSelector({ matchers, stages }: LogSelector): LogPlan {
  const pipeline = compilePipeline(stages);
  const pushed = (streamLabelNames?: ReadonlySet<string>) =>
    pushedPredicate(stages, {
      plainTextIsUnescaped: true,
      ...(streamLabelNames === undefined ? {} : { streamLabelNames }),
    });
  const plan = { selectors: [matchers], ...pushed(), pipeline };
  return stages.some(({ kind }) => kind === 'labelFilter') ? { ...plan, refine: pushed } : plan;
}
