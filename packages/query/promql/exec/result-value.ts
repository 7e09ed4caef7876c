import type { SeriesColumns } from '@petrel/model';
import { Labels } from '@petrel/model';
import type { Grid } from '../plan/plan-node.ts';
import type { QueryValue, RawSeries, StepSeries, VectorSample } from '../result.ts';
import type { Column, Value } from './columns.ts';
import { dropMetadata, isEmptyColumn, mergeEqualLabels, unlabelled } from './columns.ts';
import { rangeSeriesOf } from './range/windows.ts';
import type { RangeInput } from './range-input.ts';

/** Drops the names that are due, merges what became equal, throws where that collides. */
function finishColumns(columns: readonly Column[]): readonly Column[] {
  const named = columns.map((column) =>
    column.dropName ? { ...column, labels: dropMetadata(column.labels), dropName: false } : column,
  );
  return mergeEqualLabels(named);
}

/** The answer of an instant query. A vector keeps the order in which the expression put it. */
export function instantValue(value: Value, tMs: number): QueryValue {
  if (value.kind === 'string') return { type: 'string', tMs, value: value.value };
  if (value.kind === 'scalar') return { type: 'scalar', tMs, value: value.values[0] as number };
  const samples: VectorSample[] = [];
  for (const { labels, values, present, histograms } of finishColumns(value.columns)) {
    const histogram = histograms?.[0];
    if (histogram !== undefined) samples.push({ labels, value: 0, histogram });
    else if (present[0] === 1) samples.push({ labels, value: values[0] as number });
  }
  return { type: 'vector', tMs, samples };
}

/** The answer of a range query, sorted by labels, series without a point left out. */
export function rangeValue(value: Value, { startMs, stepMs, steps }: Grid): QueryValue {
  if (value.kind === 'string') throw new Error('a range query cannot yield a string');
  const columns = value.kind === 'scalar' ? [unlabelled(value.values)] : finishColumns(value.columns);
  const series: StepSeries[] = [];
  for (const column of columns) {
    if (isEmptyColumn(column)) continue;
    const { labels, values, present, histograms } = column;
    series.push(histograms === undefined ? { labels, values, present } : { labels, values, present, histograms });
  }
  sortByLabels(series);
  return { type: 'stepMatrix', startMs, stepMs, steps, series };
}

function sortByLabels(series: { readonly labels: Labels }[]): void {
  const isSorted = series.every(
    (one, i) => i === 0 || Labels.compare((series[i - 1] as typeof one).labels, one.labels) <= 0,
  );
  if (!isSorted) series.sort((a, b) => Labels.compare(a.labels, b.labels));
}

/** The answer of an instant query for a range vector: the samples themselves. */
export function rawValue(range: RangeInput): QueryValue {
  const startMs = range.windows.endMs - range.windows.rangeMs + 1;
  const series: RawSeries[] = [];
  for (let i = 0; i < range.count; i++) {
    const input = range.seriesAt(i);
    if (input === undefined) continue;
    const cut = rangeSeriesOf(input as SeriesColumns, startMs, range.windows.endMs);
    if (cut === undefined) continue;
    const base = {
      labels: input.dropName ? dropMetadata(input.labels) : input.labels,
      tsMs: cut.tsMs.subarray(cut.from, cut.to),
      values: cut.values.subarray(cut.from, cut.to),
    };
    series.push(cut.histograms === undefined ? base : { ...base, histograms: cut.histograms });
  }
  sortByLabels(series);
  return { type: 'rawMatrix', series };
}
