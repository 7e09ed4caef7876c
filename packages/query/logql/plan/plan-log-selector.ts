import { LINE_LABELS, type Matcher } from '@petrel/model';
import { compilePipeline } from '../exec/stages/compile-pipeline.ts';
import type { LogSelector, Stage } from '../parse/ast.ts';
import type { LogPlan } from './log-plan.ts';
import { pushedPredicate } from './pushed-predicate.ts';

/**
 * What a selector with its stages comes to: streams, what the source can test, and the pipeline that decides. Throws LOGQL_PARSE for stages that cannot
 * run. JSON is taken to be written without escapes where none are needed: else no filter of a field could use an index.
 */
export function planLogSelector(selector: LogSelector): LogPlan {
  const { matchers, stages } = askingLines(selector);
  const pipeline = compilePipeline(stages);
  const pushed = (streamLabelNames?: ReadonlySet<string>) =>
    pushedPredicate(stages, {
      plainTextIsUnescaped: true,
      ...(streamLabelNames === undefined ? {} : { streamLabelNames }),
    });
  const plan = { selectors: [matchers], ...pushed(), pipeline };
  return stages.some(({ kind }) => kind === 'labelFilter') ? { ...plan, refine: pushed } : plan;
}

/** Matchers of labels that belong to lines become filters in front of the stages. */
function askingLines({ matchers, stages, range }: LogSelector): {
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
} {
  const ofLines = matchers.filter(({ name }) => LINE_LABELS.has(name));
  if (ofLines.length === 0) return { matchers, stages };
  const filters = ofLines.map(
    (matcher): Stage => ({ kind: 'labelFilter', range, filter: { kind: 'string', matcher, range } }),
  );
  return { matchers: matchers.filter((matcher) => !ofLines.includes(matcher)), stages: [...filters, ...stages] };
}
