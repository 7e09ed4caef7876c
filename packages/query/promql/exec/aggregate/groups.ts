import type { Labels } from '@petrel/model';
import type { AggregateNode } from '../../plan/plan-node.ts';
import type { Column } from '../columns.ts';

export interface Groups {
  readonly count: number;
  /** Parallel to the columns: which group each belongs to. */
  readonly groupOf: Int32Array;
  readonly labels: readonly Labels[];
  /** A group whose members lost their metric loses it too. */
  readonly dropName: readonly boolean[];
}

const NUL = '\udbff';

/** Assigns each series to its group: once a series, not once a step. */
export function groupColumns(
  columns: readonly Column[],
  { grouping, without }: Pick<AggregateNode, 'grouping' | 'without'>,
): Groups {
  const groupOf = new Int32Array(columns.length);
  const labels: Labels[] = [];
  const dropName: boolean[] = [];
  const byKey = new Map<string, number>();
  const removed = new Set([...grouping, '__name__']);
  const kept = new Set(grouping);
  const names = [...kept];
  for (let s = 0; s < columns.length; s++) {
    const column = columns[s] as Column;
    const key = without ? keyWithout(column.labels, removed) : keyOf(column.labels, names);
    let group = byKey.get(key);
    if (group === undefined) {
      group = labels.length;
      byKey.set(key, group);
      labels.push(without ? column.labels.without(removed) : column.labels.keep(kept));
      dropName.push(false);
    }
    groupOf[s] = group;
    if (column.dropName && !without) dropName[group] = true;
  }
  return { count: labels.length, groupOf, labels, dropName };
}

/** The values of the named labels, as one string. */
export function keyOf(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) key += labels.get(name) + NUL;
  return key;
}

/** All labels but the named ones, as one string. */
export function keyWithout({ pairs }: Labels, removed: ReadonlySet<string>): string {
  let key = '';
  for (let i = 0; i < pairs.length; i += 2) {
    if (!removed.has(pairs[i] as string)) key += (pairs[i] as string) + NUL + (pairs[i + 1] as string) + NUL;
  }
  return key;
}
