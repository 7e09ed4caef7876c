import type { Labels } from '@petrel/model';
import type { VectorMatching } from '../../parse/ast.ts';
import { keyOf, keyWithout } from '../aggregate/groups.ts';
import type { Column } from '../columns.ts';

/** The columns of both sides that share the labels which the matching looks at. */
export interface MatchGroup {
  readonly lhs: Column[];
  readonly rhs: Column[];
}

/** Finds for each column its group, once: labels do not change over the steps. */
export function matchGroups(
  { on, labels }: Pick<VectorMatching, 'on' | 'labels'>,
  lhs: readonly Column[],
  rhs: readonly Column[],
): readonly MatchGroup[] {
  const removed = new Set([...labels, '__name__']);
  const keyed = (column: Column) =>
    !on && labels.length === 0
      ? keyWithoutMetric(column.labels)
      : on
        ? keyOf(column.labels, labels)
        : keyWithout(column.labels, removed);
  const groups = new Map<string, MatchGroup>();
  const groupOf = (column: Column): MatchGroup => {
    const key = keyed(column);
    let group = groups.get(key);
    if (group === undefined) {
      group = { lhs: [], rhs: [] };
      groups.set(key, group);
    }
    return group;
  };
  for (const column of lhs) groupOf(column).lhs.push(column);
  for (const column of rhs) groupOf(column).rhs.push(column);
  return [...groups.values()];
}

const withoutMetric = new WeakMap<Labels, string>();

/** The most frequent key, remembered for label sets that sources keep from query to query. */
function keyWithoutMetric(labels: Labels): string {
  let key = withoutMetric.get(labels);
  if (key === undefined) {
    key = labels.dropMetric().key;
    withoutMetric.set(labels, key);
  }
  return key;
}

/** 1 at the steps where any of the columns has a sample. */
export function anyPresent(columns: readonly Column[], steps: number): Uint8Array {
  const mask = new Uint8Array(steps);
  for (const { present, histograms } of columns) {
    for (let k = 0; k < steps; k++) mask[k] = (mask[k] as number) | (present[k] as number);
    histograms?.forEach((histogram, k) => {
      if (histogram !== undefined) mask[k] = 1;
    });
  }
  return mask;
}
