import { Labels } from '@petrel/model';
import { Grouper } from '../../../promql/exec/aggregate/groups.ts';
import type { RangeAggregation } from '../../parse/ast.ts';

/** The labels that tell the series of a range aggregation apart. */
export type SeriesLabels =
  | { readonly kind: 'all' }
  | { readonly kind: 'by' | 'without'; readonly names: readonly string[] };

/**
 * After its own grouping, else by what the series are added up by anyway. A label that is unwrapped is no longer one, unless the grouping asks for it.
 */
export function seriesLabels(
  { func, over, grouping }: RangeAggregation,
  sumBy: readonly string[] | undefined,
): SeriesLabels {
  if (func === 'absent_over_time') return { kind: 'by', names: [] };
  if (grouping !== undefined && !grouping.without) return { kind: 'by', names: grouping.labels };
  if (grouping === undefined && sumBy !== undefined) return { kind: 'by', names: sumBy };
  const unwrapped = over.unwrap === undefined ? [] : [over.unwrap.label];
  const names = [...(grouping?.labels ?? []), ...unwrapped];
  return names.length === 0 ? { kind: 'all' } : { kind: 'without', names };
}

/** Numbers series from 0 in the order in which they appear. */
export class SeriesNumbers {
  readonly #labels: Labels[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #grouper: Grouper | undefined;
  readonly #onlyOne: boolean;
  /** Lines of a stream tend to come together, and pipelines give the same object for equal labels where they can. */
  #last: Labels | undefined;
  #lastNumber = 0;

  constructor(by: SeriesLabels) {
    this.#onlyOne = by.kind === 'by' && by.names.length === 0;
    this.#grouper = by.kind === 'all' ? undefined : new Grouper({ grouping: by.names, without: by.kind === 'without' });
  }

  /** By number. */
  get labels(): readonly Labels[] {
    return this.#grouper?.labels ?? this.#labels;
  }

  of(labels: Labels): number {
    if (labels === this.#last) return this.#lastNumber;
    this.#last = labels;
    this.#lastNumber = this.#find(this.#onlyOne ? Labels.EMPTY : labels);
    return this.#lastNumber;
  }

  #find(labels: Labels): number {
    if (this.#grouper !== undefined) return this.#grouper.add(labels, false);
    let number = this.#numberOf.get(labels.key);
    if (number === undefined) {
      number = this.#labels.push(labels) - 1;
      this.#numberOf.set(labels.key, number);
    }
    return number;
  }
}
