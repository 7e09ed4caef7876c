import { PetrelError } from '@petrel/model';
import type { Column } from '../columns.ts';
import { Arena } from '../columns.ts';
import type { AggregateInput } from './aggregate.ts';

/**
 * topk and bottomk. For each group and step the best k so far are kept; a series is compared with the worst of them first, which
 * settles nearly all of the values with one comparison. In an instant query the result is ordered by value, NaN last.
 */
export async function topK(input: AggregateInput): Promise<readonly Column[]> {
  const { node, columns, groups, context } = input;
  const { steps } = node.grid;
  const sizes = boundedCounts(input);
  const widest = Math.min(columns.length, maxOf(sizes));
  if (widest === 0) return [];
  const best = new Best(groups.count * steps, widest, node.op === 'topk');
  for (let s = 0; s < columns.length; s++) {
    const column = columns[s] as Column;
    const base = (groups.groupOf[s] as number) * steps;
    best.offer(column, s, base, sizes);
    if (column.histograms?.some((h) => h !== undefined)) {
      context.annotations.info(`ignored histogram in ${node.op} aggregation`, node.inputPos);
    }
    if (context.due(steps)) await context.pause();
  }
  const chosen = best.masks(columns, steps);
  return !context.isRange && steps === 1 ? orderByValue(chosen, groups, columns, node.op === 'topk') : chosen;
}

/** The parameter as a count for each step. */
export function boundedCounts({ param, columns }: AggregateInput): Int32Array {
  const counts = new Int32Array(param.length);
  for (let k = 0; k < param.length; k++) {
    const v = param[k] as number;
    if (Number.isNaN(v)) throw new PetrelError('PROMQL_EXEC', 'Parameter value is NaN');
    if (v <= -(2 ** 63)) throw new PetrelError('PROMQL_EXEC', `Scalar value ${v} underflows int64`);
    if (v >= 2 ** 63) throw new PetrelError('PROMQL_EXEC', `Scalar value ${v} overflows int64`);
    counts[k] = Math.min(columns.length, Math.max(0, Math.trunc(v)));
  }
  return counts;
}

export function maxOf(counts: Int32Array): number {
  let most = 0;
  for (const n of counts) if (n > most) most = n;
  return most;
}

class Best {
  /** The candidates of a cell stand from `cell · width`; the worst of them at the front. */
  readonly #values: Float64Array;
  readonly #series: Int32Array;
  readonly #filled: Int32Array;
  readonly #sign: number;

  constructor(
    cells: number,
    private readonly width: number,
    largest: boolean,
  ) {
    this.#values = new Float64Array(cells * width);
    this.#series = new Int32Array(cells * width);
    this.#filled = new Int32Array(cells);
    this.#sign = largest ? 1 : -1;
  }

  offer(column: Column, series: number, base: number, sizes: Int32Array): void {
    const { values, present } = column;
    const filled = this.#filled;
    const kept = this.#values;
    const sign = this.#sign;
    const width = this.width;
    for (let k = 0; k < present.length; k++) {
      if (present[k] !== 1) continue;
      const cell = base + k;
      const v = (values[k] as number) * sign;
      const size = sizes[k] as number;
      const n = filled[cell] as number;
      if (n < size) {
        this.#insert(cell * width, n, v, series);
        filled[cell] = n + 1;
      } else if (size > 0) {
        const worst = kept[cell * width] as number;
        if (v > worst || (Number.isNaN(worst) && !Number.isNaN(v))) this.#replaceWorst(cell * width, size, v, series);
      }
    }
  }

  /** Ascending from the worst; NaN is worse than everything. */
  #insert(at: number, count: number, v: number, series: number): void {
    let i = count;
    while (i > 0 && this.#isBetter(this.#values[at + i - 1] as number, v)) {
      this.#values[at + i] = this.#values[at + i - 1] as number;
      this.#series[at + i] = this.#series[at + i - 1] as number;
      i--;
    }
    this.#values[at + i] = v;
    this.#series[at + i] = series;
  }

  #replaceWorst(at: number, count: number, v: number, series: number): void {
    let i = 0;
    while (i + 1 < count && this.#isBetter(v, this.#values[at + i + 1] as number)) {
      this.#values[at + i] = this.#values[at + i + 1] as number;
      this.#series[at + i] = this.#series[at + i + 1] as number;
      i++;
    }
    this.#values[at + i] = v;
    this.#series[at + i] = series;
  }

  #isBetter(a: number, b: number): boolean {
    return a > b || (Number.isNaN(b) && !Number.isNaN(a));
  }

  /** The input columns, each at the steps where it was chosen. */
  masks(columns: readonly Column[], steps: number): readonly Column[] {
    const masks = new Map<number, Uint8Array>();
    for (let cell = 0; cell < this.#filled.length; cell++) {
      for (let i = 0; i < (this.#filled[cell] as number); i++) {
        const series = this.#series[cell * this.width + i] as number;
        let mask = masks.get(series);
        if (mask === undefined) {
          mask = new Uint8Array(steps);
          masks.set(series, mask);
        }
        mask[cell % steps] = 1;
      }
    }
    return [...masks].map(([series, present]) => {
      const { labels, dropName, values } = columns[series] as Column;
      return { labels, dropName, values, present };
    });
  }
}

function orderByValue(
  chosen: readonly Column[],
  groups: AggregateInput['groups'],
  columns: readonly Column[],
  largest: boolean,
): readonly Column[] {
  const groupOf = new Map<string, number>();
  columns.forEach((column, s) => {
    groupOf.set(column.labels.key, groups.groupOf[s] as number);
  });
  const group = (column: Column) => groupOf.get(column.labels.key) ?? 0;
  return [...chosen].sort((a, b) => group(a) - group(b) || compareFloats(a.values[0], b.values[0], largest));
}

/** Descending or ascending, NaN last in both. */
export function compareFloats(a: number | undefined, b: number | undefined, descending: boolean): number {
  const x = a ?? Number.NaN;
  const y = b ?? Number.NaN;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return descending ? y - x || 0 : x - y || 0;
}

/** Copies of the columns with the samples that `choose` takes. */
export function chooseSamples(
  columns: readonly Column[],
  steps: number,
  choose: (series: number, step: number) => boolean,
): readonly Column[] {
  const arena = new Arena(steps);
  const result: Column[] = [];
  columns.forEach((column, s) => {
    const { present, values } = arena.peek();
    let histograms: Column['histograms'];
    let found = 0;
    for (let k = 0; k < steps; k++) {
      const histogram = column.histograms?.[k];
      if ((column.present[k] !== 1 && histogram === undefined) || !choose(s, k)) continue;
      found++;
      if (histogram !== undefined) {
        histograms ??= [];
        histograms[k] = histogram;
        continue;
      }
      values[k] = column.values[k] as number;
      present[k] = 1;
    }
    if (found === 0) return;
    arena.commit();
    result.push({ labels: column.labels, dropName: column.dropName, values, present, histograms });
  });
  return result;
}
