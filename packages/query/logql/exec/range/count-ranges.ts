import type { Labels } from '@petrel/model';
import type { Column } from '../../../promql/exec/columns.ts';
import { Arena } from '../../../promql/exec/columns.ts';
import type { RangeFunction } from '../../parse/ast.ts';
import type { LogPlan } from '../../plan/log-plan.ts';
import type { RangeNeed } from '../../plan/range-needs.ts';
import type { LogCountSeries } from '../../port.ts';
import type { LogWork } from '../log-work.ts';
import { windowTimes } from './folded-series.ts';
import { FOLDINGS } from './folding.ts';
import type { Buckets, RangeWindows } from './windows.ts';
import { evenBuckets } from './windows.ts';

/** More buckets are too much to ask of the database, and to get for each series. */
const MAX_BUCKETS = 100_000;

const COUNTED = ['absent_over_time', 'bytes_over_time', 'bytes_rate', 'count_over_time', 'rate'] as const;

type CountedFunction = (typeof COUNTED)[number];

function isCounted(func: RangeFunction): func is CountedFunction {
  return (COUNTED as readonly RangeFunction[]).includes(func);
}

/**
 * Has the source count, where a predicate alone decides about the lines and the function needs no more than their number or bytes. Undefined: it has to
 * be read.
 */
export async function countRange(
  { node, sumBy }: RangeNeed,
  plan: LogPlan,
  windows: RangeWindows,
  work: LogWork,
): Promise<readonly Column[] | undefined> {
  const { func } = node;
  const { source, signal } = work;
  if (source.count === undefined || !isCounted(func)) return undefined;
  if (!plan.exact || node.over.unwrap !== undefined || node.grouping !== undefined) return undefined;
  const by = func === 'absent_over_time' ? [] : sumBy;
  const buckets = evenBuckets(windows);
  if (buckets.count > MAX_BUCKETS) return undefined;
  const request = {
    selectors: plan.selectors,
    ...(plan.predicate === undefined ? {} : { predicate: plan.predicate }),
    startNs: windows.originNs,
    bucketNs: buckets.bucketNs,
    buckets: buckets.count,
    ...(by === undefined ? {} : { by }),
    signal,
  };
  // Bytes alone do not tell a window of empty lines from one without any.
  const countsBytes = func === 'bytes_over_time' || func === 'bytes_rate';
  const [lines, bytes] = await Promise.all([
    source.count({ ...request, count: 'lines' }),
    countsBytes ? source.count({ ...request, count: 'bytes' }) : [],
  ]);
  if (lines === undefined || bytes === undefined) return undefined;
  work.checkAborted();
  work.hold((lines.length + bytes.length) * buckets.count + lines.length * windows.steps);
  return new CountedWindows({ func, windows, buckets, work }).columns(lines, bytes);
}

interface Counted {
  readonly func: CountedFunction;
  readonly windows: RangeWindows;
  readonly buckets: Buckets;
  readonly work: LogWork;
}

class CountedWindows {
  readonly #counted: Counted;
  readonly #lines: RunningSum;
  readonly #bytes: RunningSum;

  constructor(counted: Counted) {
    this.#counted = counted;
    this.#lines = new RunningSum(counted.buckets);
    this.#bytes = new RunningSum(counted.buckets);
  }

  async columns(lines: readonly LogCountSeries[], bytes: readonly LogCountSeries[]): Promise<readonly Column[]> {
    const { windows, buckets, work } = this.#counted;
    const bytesOf = new Map(bytes.map(({ labels, counts }) => [labels.key, counts]));
    const arena = new Arena(windows.steps);
    const columns: Column[] = [];
    for (const { labels, counts } of lines) {
      this.#lines.load(counts);
      this.#bytes.load(bytesOf.get(labels.key));
      const column = this.#column(labels, arena);
      if (work.due(buckets.count + windows.steps)) await work.pause();
      if (column !== undefined) columns.push(column);
    }
    return columns;
  }

  #column(labels: Labels, arena: Arena): Column | undefined {
    const { func, windows } = this.#counted;
    const folding = FOLDINGS[func];
    const timesOf = windowTimes(windows);
    const bytes = new Float64Array(1);
    const cells = { count: new Float64Array(1), columns: [bytes] };
    const { values, present } = arena.peek();
    let found = 0;
    for (let k = 0; k < windows.steps; k++) {
      const count = this.#lines.window(k);
      if (count === 0) continue;
      cells.count[0] = count;
      bytes[0] = this.#bytes.window(k);
      values[k] = folding.value(cells, 0, timesOf(k));
      present[k] = 1;
      found++;
    }
    if (found === 0) return undefined;
    arena.commit();
    return { labels, dropName: false, values, present };
  }
}

/** Whole numbers add up exactly, so a window is the difference of two running sums. */
class RunningSum {
  readonly #sums: Float64Array;

  constructor(private readonly buckets: Buckets) {
    this.#sums = new Float64Array(buckets.count + 1);
  }

  /** Undefined: nothing in any bucket. */
  load(counts: Float64Array | undefined): void {
    const sums = this.#sums;
    for (let j = 0; j < this.buckets.count; j++) sums[j + 1] = (sums[j] as number) + (counts?.[j] ?? 0);
  }

  window(step: number): number {
    const { perStep, perWindow } = this.buckets;
    const from = step * perStep;
    return (this.#sums[from + perWindow] as number) - (this.#sums[from] as number);
  }
}
