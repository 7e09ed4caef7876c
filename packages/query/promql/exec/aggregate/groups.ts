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

const SEPARATOR = '\udbff';

/** Assigns series to groups: once a series, not once a step. */
export class Grouper {
  readonly labels: Labels[] = [];
  readonly dropName: boolean[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #without: boolean;
  readonly #removed: ReadonlySet<string>;
  readonly #kept: ReadonlySet<string>;
  readonly #names: readonly string[];

  constructor({ grouping, without }: Pick<AggregateNode, 'grouping' | 'without'>) {
    this.#without = without;
    this.#removed = new Set([...grouping, '__name__']);
    this.#kept = new Set(grouping);
    this.#names = [...this.#kept];
  }

  /** The number of the group, from 0 in the order of appearance. */
  add(labels: Labels, dropName: boolean): number {
    const key = this.#without ? keyWithout(labels, this.#removed) : keyOf(labels, this.#names);
    let group = this.#byKey.get(key);
    if (group === undefined) {
      group = this.labels.length;
      this.#byKey.set(key, group);
      this.labels.push(this.#without ? labels.without(this.#removed) : labels.keep(this.#kept));
      this.dropName.push(false);
    }
    if (dropName && !this.#without && this.#names.length > 0) this.dropName[group] = true;
    return group;
  }
}

export function groupColumns(columns: readonly Column[], by: Pick<AggregateNode, 'grouping' | 'without'>): Groups {
  const grouper = new Grouper(by);
  const groupOf = new Int32Array(columns.length);
  for (let s = 0; s < columns.length; s++) {
    const { labels, dropName } = columns[s] as Column;
    groupOf[s] = grouper.add(labels, dropName);
  }
  return { count: grouper.labels.length, groupOf, labels: grouper.labels, dropName: grouper.dropName };
}

/** The values of the named labels, as one string. */
export function keyOf(labels: Labels, names: readonly string[]): string {
  if (names.length === 1) return labels.get(names[0] as string);
  let key = '';
  for (const name of names) key += labels.get(name) + SEPARATOR;
  return key;
}

/** All labels but the named ones, as one string. */
export function keyWithout({ pairs }: Labels, removed: ReadonlySet<string>): string {
  let key = '';
  for (let i = 0; i < pairs.length; i += 2) {
    if (!removed.has(pairs[i] as string))
      key += (pairs[i] as string) + SEPARATOR + (pairs[i + 1] as string) + SEPARATOR;
  }
  return key;
}
