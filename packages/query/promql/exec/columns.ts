import type { FloatHistogram } from '@petrel/model';
import { Labels, PetrelError } from '@petrel/model';

/** Sparse by step. */
export type HistogramColumn = (FloatHistogram | undefined)[];

/**
 * One series of an instant vector over all steps of a grid. A step holds a float (`present[k] === 1`), or a histogram
 * (`histograms[k]`), or nothing. Columns are never changed once an operator returned them: they may be shared.
 */
export interface Column {
  readonly labels: Labels;
  /** The metric name, type and unit are to be dropped when the query ends (delayed name removal). */
  readonly dropName: boolean;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly histograms?: HistogramColumn | undefined;
}

/** What an expression yields for all steps of its grid. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly columns: readonly Column[] };

export interface Slot {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** Takes columns one at a time, from operators that need not keep them. */
export interface ColumnSink {
  /** Where the next column is written; nothing present in it. The same one again until it is accepted. */
  slot(): Slot;
  /** `found`: how many steps have a float (with histograms: not exact). */
  accept(labels: Labels, dropName: boolean, slot: Slot, histograms: HistogramColumn | undefined, found: number): void;
}

/** Blocks grow with the demand until they hold so many values, then are at most twice as large. A longer column is a block of its own. */
const BLOCK_VALUES = 131_072;

/** Gives out columns from large blocks: one allocation for a few hundred series. */
export class Arena {
  #values = new Float64Array(0);
  #present = new Uint8Array(0);
  #next = 0;
  #slot: Slot | undefined;
  #series: number;

  constructor(readonly steps: number) {
    this.#series = steps <= BLOCK_VALUES / 8 ? 8 : 1;
  }

  /** A column with nothing present; the same one again until it is `commit`ted. Its values may hold rubbish where absent. */
  peek(): Slot {
    if (this.#slot !== undefined) return this.#slot;
    const { steps } = this;
    if (this.#next + steps > this.#values.length) {
      this.#values = new Float64Array(steps * this.#series);
      this.#present = new Uint8Array(steps * this.#series);
      this.#next = 0;
      if (this.#series * steps < BLOCK_VALUES) this.#series *= 2;
    }
    this.#slot = {
      values: this.#values.subarray(this.#next, this.#next + steps),
      present: this.#present.subarray(this.#next, this.#next + steps),
    };
    return this.#slot;
  }

  commit(): void {
    this.#slot = undefined;
    this.#next += this.steps;
  }

  take(): Slot {
    const slot = this.peek();
    this.commit();
    return slot;
  }
}

/** True when the column holds a float or a histogram at the step. */
export function hasSample(column: Column, step: number): boolean {
  return column.present[step] === 1 || column.histograms?.[step] !== undefined;
}

export function isEmptyColumn(column: Column): boolean {
  return !column.present.includes(1) && !hasHistograms(column);
}

export function hasHistograms(column: Column): boolean {
  return column.histograms?.some((h) => h !== undefined) ?? false;
}

/** The labels that tell what a metric is, rather than which series: they go when a value is no longer that metric. */
const METADATA_LABELS: ReadonlySet<string> = new Set(['__name__', '__type__', '__unit__']);

/** Sources keep label sets from query to query: what is left of one is found again together with its key. */
const bare = new WeakMap<Labels, Labels>();

export function dropMetadata(labels: Labels): Labels {
  let rest = bare.get(labels);
  if (rest === undefined) {
    rest = labels.without(METADATA_LABELS);
    bare.set(labels, rest);
  }
  return rest;
}

/**
 * Columns with equal labels become one. Two samples at the same step are an error, unless `conflict` decides otherwise.
 */
export function mergeEqualLabels(columns: readonly Column[], conflict: () => never = sameLabelset): readonly Column[] {
  if (columns.length < 2) return columns;
  const keys = new Set<string>();
  for (const column of columns) keys.add(column.labels.key);
  if (keys.size === columns.length) return columns;
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const list = groups.get(column.labels.key);
    if (list === undefined) groups.set(column.labels.key, [column]);
    else list.push(column);
  }
  const merged: Column[] = [];
  for (const list of groups.values()) merged.push(mergeColumns(list, conflict));
  return merged;
}

function sameLabelset(): never {
  throw new PetrelError('PROMQL_EXEC', 'vector cannot contain metrics with the same labelset');
}

function mergeColumns(columns: readonly Column[], conflict: () => never): Column {
  const first = columns[0] as Column;
  if (columns.length === 1) return first;
  const steps = first.present.length;
  const values = first.values.slice();
  const present = first.present.slice();
  let histograms = first.histograms?.slice();
  for (const column of columns.slice(1)) {
    for (let k = 0; k < steps; k++) {
      const h = column.histograms?.[k];
      if (column.present[k] !== 1 && h === undefined) continue;
      if (present[k] === 1 || histograms?.[k] !== undefined) conflict();
      if (h !== undefined) {
        histograms ??= [];
        histograms[k] = h;
      } else {
        present[k] = 1;
        values[k] = column.values[k] as number;
      }
    }
  }
  return { labels: first.labels, dropName: first.dropName, values, present, histograms };
}

/** A scalar that is the same at every step. */
export function constantScalar(value: number, steps: number): Value {
  const values = new Float64Array(steps);
  if (value !== 0 || Object.is(value, -0)) values.fill(value);
  return { kind: 'scalar', values };
}

/** The single column of a vector without labels, present at every step. */
export function unlabelled(values: Float64Array): Column {
  return { labels: Labels.EMPTY, dropName: false, values, present: new Uint8Array(values.length).fill(1) };
}
