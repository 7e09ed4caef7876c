import type { LogPlan } from '../../logql/plan/log-plan.ts';
import { type ResolvedNode, resolveNode } from '../exec/condition.ts';
import { kqlPipeline } from '../exec/kql-pipeline.ts';
import type { KqlNode } from '../parse/ast.ts';
import { parseSearch, type SearchLanguage } from '../parse/search.ts';
import { predicateOf } from './predicate.ts';
import { type QueryTimeRange, timeRangeOf } from './time-range.ts';

export interface PlanKqlOptions {
  /** With `kql` Lucene's syntax is taken too, where KQL's grammar has no sense of it. */
  readonly language: SearchLanguage;
  /** What `now` is in dates. */
  readonly nowMs: number;
  /** Names of stream labels that exist, where they are known already; a field that is none of them can be looked for in the store. Else `refine` tells more. */
  readonly streamLabels?: readonly string[];
  /** Give the bodies' fields as parsed labels. */
  readonly extract?: boolean;
}

export interface KqlPlan extends LogPlan {
  readonly node: KqlNode;
  /** In which language the query made sense. */
  readonly language: SearchLanguage;
  /** No line outside satisfies the query, so that less has to be read. */
  readonly timeRange?: QueryTimeRange;
}

/** A query of Kibana's as a plan for reading lines. Streams are not restricted: what a label says may stand in a body too. Throws KqlParseError. */
export function planKql(text: string, options: PlanKqlOptions): KqlPlan {
  const { node, language } = parseSearch(text, options.language);
  const { nowMs, streamLabels } = options;
  const extract = options.extract ?? false;
  const resolved = resolveNode(node, { nowMs });
  const timeRange = timeRangeOf(resolved);
  const refine = (labels: ReadonlySet<string>) => pushed(resolveNode(node, { nowMs, streamLabels: labels }), extract);
  const given = streamLabels === undefined ? pushed(resolved, extract) : refine(new Set(streamLabels));
  return {
    node,
    language,
    selectors: [[]],
    ...given,
    ...(timeRange === undefined ? {} : { timeRange }),
    ...(streamLabels === undefined ? { refine } : {}),
    pipeline: () => kqlPipeline(resolved, { extract }),
  };
}

function pushed(node: ResolvedNode, extract: boolean): Pick<LogPlan, 'predicate' | 'exact'> {
  const predicate = predicateOf(node);
  return { ...(predicate === undefined ? {} : { predicate }), exact: node.kind === 'all' && !extract };
}
