import type { Column } from '../../../promql/exec/columns.ts';
import type { Grid } from '../../../promql/plan/plan-node.ts';
import type { RangeAggregation } from '../../parse/ast.ts';
import type { LogWork } from '../log-work.ts';

/** What the evaluation of a metric query carries along. */
export interface MetricContext {
  readonly work: LogWork;
  readonly grid: Grid;
  readonly isRange: boolean;
  /** What was read for each range aggregation, before the expression around them is evaluated. */
  readonly ranges: ReadonlyMap<RangeAggregation, readonly Column[]>;
}
