import { PetrelError } from '@petrel/model';
import type { AggregateNode } from '../../plan/plan-node.ts';
import type { Column } from '../columns.ts';
import { Arena } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Groups } from './groups.ts';

/** What topk and bottomk need to know; `param` is the count, one value a step. */
export interface TopKInput {
  readonly node: Pick<AggregateNode, 'op' | 'grid' | 'inputPos'>;
  readonly columns: readonly Column[];
  readonly groups: Groups;
  readonly param: Float64Array;
  readonly context: Pick<EvalContext, 'annotations' | 'isRange' | 'due' | 'pause'>;
}

/** Beyond so many kept a step, sorting what is there at the end is cheaper than keeping order all along. */
const KEPT_IN_ORDER = 48;

/**
 * topk and bottomk. For each group and step the best k so far are kept; a series is compared with the worst of them first, which
 * settles nearly all of the values with one comparison. In an instant query the result is ordered by value, NaN last.
 */
export async function topK(input: TopKInput): Promise<readonly Column[]> {
  const { node, columns, groups, context } = input;
  const { steps } = node.grid;
  const sizes = boundedCounts(input);
  const most = maxOf(sizes);
  if (most === 0) return [];
  const members: number[][] = Array.from({ length: groups.count }, () => []);
  for (let s = 0; s < columns.length; s++) members[groups.groupOf[s] as number]?.push(s);
  const masks: (Uint8Array | undefined)[] = new Array(columns.length);
  for (const group of members) {
    const width = Math.min(most, group.length);
    const best = width <= KEPT_IN_ORDER ? new Best(steps, width, node.op === 'topk') : undefined;
    for (const s of group) {
      const column = columns[s] as Column;
      best?.offer(column, s, sizes);
      if (column.histograms?.some((h) => h !== undefined)) {
        context.annotations.info(`ignored histogram in ${node.op} aggregation`, node.inputPos);
      }
      if (context.due(steps)) await context.pause();
    }
    if (best !== undefined) best.mark(masks);
    else await markSorted(input, group, sizes, masks);
  }
  const chosen: Column[] = [];
  const groupOf = new Map<Column, number>();
  columns.forEach(({ labels, dropName, values }, s) => {
    const present = masks[s];
    if (present === undefined) return;
    const column = { labels, dropName, values, present };
    chosen.push(column);
    groupOf.set(column, groups.groupOf[s] as number);
  });
  return !context.isRange && steps === 1 ? orderByValue(chosen, groupOf, node.op === 'topk') : chosen;
}

async function markSorted(
  { node, columns, context }: TopKInput,
  group: readonly number[],
  sizes: Int32Array,
  masks: (Uint8Array | undefined)[],
): Promise<void> {
  const { steps } = node.grid;
  const at = (s: number, k: number) => (columns[s] as Column).values[k];
  for (let k = 0; k < steps; k++) {
    const here = group.filter((s) => (columns[s] as Column).present[k] === 1);
    here.sort((a, b) => compareFloats(at(a, k), at(b, k), node.op === 'topk'));
    for (const s of here.slice(0, sizes[k])) markAt(masks, s, k, steps);
    if (context.due(group.length * 20)) await context.pause();
  }
}

function markAt(masks: (Uint8Array | undefined)[], series: number, step: number, steps: number): void {
  let mask = masks[series];
  if (mask === undefined) {
    mask = new Uint8Array(steps);
    masks[series] = mask;
  }
  mask[step] = 1;
}

/** The parameter as a count for each step. */
export function boundedCounts({ param, columns }: Pick<TopKInput, 'param' | 'columns'>): Int32Array {
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

function maxOf(counts: Int32Array): number {
  let most = 0;
  for (const n of counts) if (n > most) most = n;
  return most;
}

/** The best of one group at each step. */
class Best {
  /** The candidates of step k stand from `k · width`; the worst of them at the front. */
  readonly #values: Float64Array;
  readonly #series: Int32Array;
  readonly #filled: Int32Array;
  readonly #sign: number;

  constructor(
    private readonly steps: number,
    private readonly width: number,
    largest: boolean,
  ) {
    this.#values = new Float64Array(steps * width);
    this.#series = new Int32Array(steps * width);
    this.#filled = new Int32Array(steps);
    this.#sign = largest ? 1 : -1;
  }

  offer({ values, present }: Column, series: number, sizes: Int32Array): void {
    const filled = this.#filled;
    const kept = this.#values;
    const sign = this.#sign;
    const width = this.width;
    for (let k = 0; k < present.length; k++) {
      if (present[k] !== 1) continue;
      const at = k * width;
      const v = (values[k] as number) * sign;
      const size = sizes[k] as number;
      const n = filled[k] as number;
      if (n < size) {
        this.#insert(at, n, v, series);
        filled[k] = n + 1;
      } else if (size > 0) {
        const worst = kept[at] as number;
        if (v > worst || (Number.isNaN(worst) && !Number.isNaN(v))) this.#replaceWorst(at, size, v, series);
      }
    }
  }

  /** Ascending from the worst; NaN is worse than everything. Of equals those that came first are better. */
  #insert(at: number, count: number, v: number, series: number): void {
    let i = count;
    while (i > 0 && !this.#isBetter(v, this.#values[at + i - 1] as number)) {
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

  mark(masks: (Uint8Array | undefined)[]): void {
    for (let k = 0; k < this.steps; k++) {
      for (let i = 0; i < (this.#filled[k] as number); i++) {
        markAt(masks, this.#series[k * this.width + i] as number, k, this.steps);
      }
    }
  }
}

function orderByValue(
  chosen: readonly Column[],
  groupOf: ReadonlyMap<Column, number>,
  largest: boolean,
): readonly Column[] {
  const group = (column: Column) => groupOf.get(column) ?? 0;
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
