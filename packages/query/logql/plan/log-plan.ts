import type { LogPredicate, Matcher } from '@petrel/model';
import type { Pipeline } from '../exec/pipeline.ts';

/** What every language for finding log lines comes to. */
export interface LogPlan {
  /** Streams that one of these matches entirely. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** No line that the pipeline would let through fails it. Absent: nothing is known. */
  readonly predicate?: LogPredicate;
  /** The predicate alone decides, and no stage changes a line or its labels: what is left can be counted in the database. */
  readonly exact: boolean;
  /**
   * The predicate and `exact` again, once it is known which label names any of the streams has: a filter of a label that no stream has can only be about
   * the line or its metadata. Absent: nothing more would follow.
   */
  readonly refine?: (streamLabelNames: ReadonlySet<string>) => Pick<LogPlan, 'predicate' | 'exact'>;
  /** A new one for each run. */
  readonly pipeline: () => Pipeline;
}
