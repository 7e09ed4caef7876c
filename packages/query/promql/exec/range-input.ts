import type { HistogramSample, SeriesColumns } from '@petrel/model';
import type { SelectorMode } from '../parse/ast.ts';
import type { PlanNode, RangeSelectNode, SubqueryNode } from '../plan/plan-node.ts';
import type { Column } from './columns.ts';
import type { EvalContext } from './context.ts';
import type { Evaluate } from './evaluate.ts';
import { fetchedSeries } from './fetched-series.ts';
import type { RangeSeries, Windows } from './range/windows.ts';
import { rangeSeriesOf } from './range/windows.ts';

/** A range vector: series without staleness markers and the window that each step sees. */
export interface RangeInput {
  readonly count: number;
  /** The i-th series, undefined when it has no sample in reach. Cut anew at each call, so that its samples are in the cache when they are used. */
  seriesAt(i: number): RangeSeries | undefined;
  /** Wider than the range with `anchored` and `smoothed`: they look beyond its ends. */
  readonly windows: Windows;
  readonly rangeMs: number;
  /** How far windows reach beyond the evaluation time. */
  readonly aheadMs: number;
  readonly mode: SelectorMode | undefined;
}

export async function evalRange(node: PlanNode, context: EvalContext, evaluate: Evaluate): Promise<RangeInput> {
  if (node.kind === 'rangeSelect') return selectRange(node, context);
  if (node.kind === 'subquery') return evalSubquery(node, context, evaluate);
  if (node.kind === 'stepInvariant') return evalRange(node.input, context, evaluate);
  throw new Error(`a ${node.kind} is no range vector`);
}

function selectRange(node: RangeSelectNode, context: EvalContext): RangeInput {
  const { need, mode, lookbackMs, grid } = node;
  const behindMs = mode === undefined ? 0 : lookbackMs;
  const aheadMs = mode === 'smoothed' ? lookbackMs : 0;
  const fetched = fetchedSeries(node, context);
  const windows: Windows = {
    endMs: (node.atMs ?? grid.startMs) - node.offsetMs + aheadMs,
    stepMs: node.atMs === undefined ? grid.stepMs : 0,
    steps: grid.steps,
    rangeMs: node.windowMs + behindMs + aheadMs,
  };
  return {
    count: fetched.length,
    seriesAt: (i) => rangeSeriesOf(fetched[i] as SeriesColumns, need.startMs, need.endMs),
    windows,
    rangeMs: node.windowMs,
    aheadMs,
    mode,
  };
}

async function evalSubquery(node: SubqueryNode, context: EvalContext, evaluate: Evaluate): Promise<RangeInput> {
  const { input, grid } = node;
  const windows: Windows = {
    endMs: (node.atMs ?? grid.startMs) - node.offsetMs,
    stepMs: node.atMs === undefined ? grid.stepMs : 0,
    steps: grid.steps,
    rangeMs: node.windowMs,
  };
  const value = await evaluate(input, context);
  if (value.kind === 'string') throw new Error('a subquery of a string');
  const inner = gridOf(input);
  const times = new Float64Array(inner.steps);
  for (let k = 0; k < inner.steps; k++) times[k] = inner.startMs + k * inner.stepMs;
  const columns = value.kind === 'vector' ? value.columns : [];
  const series = columns.map((column) => seriesOfColumn(column, times)).filter((s) => s !== undefined);
  return {
    count: series.length,
    seriesAt: (i) => series[i],
    windows,
    rangeMs: node.windowMs,
    aheadMs: 0,
    mode: undefined,
  };
}

function gridOf(node: PlanNode): { startMs: number; stepMs: number; steps: number } {
  if (node.kind === 'string') throw new Error('a string has no grid');
  return node.grid;
}

/** The present steps of a column as samples. Times are shared when every step is there. */
function seriesOfColumn(column: Column, times: Float64Array): RangeSeries | undefined {
  const { present, values, labels, dropName } = column;
  const histograms: HistogramSample[] = [];
  column.histograms?.forEach((histogram, k) => {
    if (histogram !== undefined) histograms.push({ tMs: times[k] as number, histogram });
  });
  let n = 0;
  for (let k = 0; k < present.length; k++) n += present[k] as number;
  const base = {
    labels,
    dropName,
    startTsMs: undefined,
    isRising: false,
    histograms: histograms.length > 0 ? histograms : undefined,
  };
  if (n === 0 && histograms.length === 0) return undefined;
  if (n === present.length) return { ...base, tsMs: times, values, from: 0, to: n };
  const tsMs = new Float64Array(n);
  const dense = new Float64Array(n);
  let i = 0;
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    tsMs[i] = times[k] as number;
    dense[i++] = values[k] as number;
  }
  return { ...base, tsMs, values: dense, from: 0, to: n };
}
