/** What is kept of the lines of many buckets: their number, and as many columns as the folding has. A bucket is empty where its count is 0. */
export interface Cells {
  readonly count: Float64Array;
  readonly columns: readonly Float64Array[];
}

/**
 * A range function that needs no single value: each bucket is folded on its own, two that follow each other can be merged, and a window is
 * a merge of its buckets. Merging is associative and keeps the order of time.
 */
export interface Folding {
  /** How many columns a bucket has. */
  readonly columns: number;
  /** Takes one value into the bucket `at`, later than all before; `count[at]` already counts it. `relNs` is relative to the same instant for all. */
  add(cells: Cells, at: number, value: number, relNs: number): void;
  /** The columns of `a[i]` followed by `b[j]`, both not empty, into `into[to]`, which may be one of them. Counts are the caller's. */
  merge(into: Cells, to: number, a: Cells, i: number, b: Cells, j: number): void;
  /** The function's value for a window that is not empty. */
  value(cells: Cells, at: number, window: Window): number;
}

/** The bounds of one window, (endNs - rangeNs, endNs], relative as the values' times. */
export interface Window {
  readonly endNs: number;
  readonly rangeNs: number;
}

export function newCells(folding: Folding, length: number): Cells {
  return {
    count: new Float64Array(length),
    columns: Array.from({ length: folding.columns }, () => new Float64Array(length)),
  };
}

const column = (cells: Cells, which: number): Float64Array => cells.columns[which] as Float64Array;
const seconds = ({ rangeNs }: Window): number => rangeNs / 1e9;

/** Nothing but the number of lines. */
function counting(value: (count: number, window: Window) => number): Folding {
  return {
    columns: 0,
    add() {},
    merge() {},
    value: (cells, at, window) => value(cells.count[at] as number, window),
  };
}

function summing(value: (sum: number, window: Window) => number): Folding {
  return {
    columns: 1,
    add(cells, at, v) {
      const sums = column(cells, 0);
      sums[at] = (sums[at] as number) + v;
    },
    merge(into, to, a, i, b, j) {
      column(into, 0)[to] = (column(a, 0)[i] as number) + (column(b, 0)[j] as number);
    },
    value: (cells, at, window) => value(column(cells, 0)[at] as number, window),
  };
}

/** One value of all: the first, or whichever `replaces` lets win over those before it. */
function choosing(replaces: (later: number, kept: number) => boolean): Folding {
  return {
    columns: 1,
    add(cells, at, v) {
      const kept = column(cells, 0);
      if (cells.count[at] === 1 || replaces(v, kept[at] as number)) kept[at] = v;
    },
    merge(into, to, a, i, b, j) {
      const earlier = column(a, 0)[i] as number;
      const later = column(b, 0)[j] as number;
      column(into, 0)[to] = replaces(later, earlier) ? later : earlier;
    },
    value: (cells, at) => column(cells, 0)[at] as number,
  };
}

/** The mean, carried along so that nothing overflows; an infinite one stays against finite values. */
const averaging: Folding = {
  columns: 1,
  add(cells, at, v) {
    const means = column(cells, 0);
    means[at] = moveMean(means[at] as number, v, 1 / (cells.count[at] as number));
  },
  merge(into, to, a, i, b, j) {
    const share = (b.count[j] as number) / ((a.count[i] as number) + (b.count[j] as number));
    column(into, 0)[to] = moveMean(column(a, 0)[i] as number, column(b, 0)[j] as number, share);
  },
  value: (cells, at) => column(cells, 0)[at] as number,
};

function moveMean(mean: number, other: number, share: number): number {
  if (share === 1) return other;
  if (Math.abs(mean) === Infinity && (other === mean || Number.isFinite(other))) return mean;
  return mean + (other * share - mean * share);
}

/** Welford's sum of squares about the mean; column 0 is the mean, column 1 the squares. */
function spreading(value: (variance: number) => number): Folding {
  return {
    columns: 2,
    add(cells, at, v) {
      const means = column(cells, 0);
      const squares = column(cells, 1);
      const off = v - (means[at] as number);
      const mean = (means[at] as number) + off / (cells.count[at] as number);
      means[at] = mean;
      squares[at] = (squares[at] as number) + off * (v - mean);
    },
    merge(into, to, a, i, b, j) {
      const n = a.count[i] as number;
      const m = b.count[j] as number;
      const mean = column(a, 0)[i] as number;
      const off = (column(b, 0)[j] as number) - mean;
      const squares = (column(a, 1)[i] as number) + (column(b, 1)[j] as number) + (off * off * n * m) / (n + m);
      column(into, 0)[to] = mean + (off * m) / (n + m);
      column(into, 1)[to] = squares;
    },
    value: (cells, at) => value((column(cells, 1)[at] as number) / (cells.count[at] as number)),
  };
}

/** Columns: time and value of the first, time and value of the last, and what was lost by resets. */
const counterRate: Folding = {
  columns: 5,
  add(cells, at, v, relNs) {
    const [firstNs, first, lastNs, last, lost] = cells.columns as Five;
    if (cells.count[at] === 1) {
      firstNs[at] = relNs;
      first[at] = v;
      // A counter is taken to have been 0 before.
      lost[at] = 0;
    } else if (v < (last[at] as number)) {
      lost[at] = (lost[at] as number) + (last[at] as number);
    }
    lastNs[at] = relNs;
    last[at] = v;
  },
  merge(into, to, a, i, b, j) {
    const [aFirstNs, aFirst, , aLast, aLost] = a.columns as Five;
    const [, bFirst, bLastNs, bLast, bLost] = b.columns as Five;
    const [firstNs, first, lastNs, last, lost] = into.columns as Five;
    const between = (bFirst[j] as number) < (aLast[i] as number) ? (aLast[i] as number) : 0;
    const all = (aLost[i] as number) + between + (bLost[j] as number);
    firstNs[to] = aFirstNs[i] as number;
    first[to] = aFirst[i] as number;
    lastNs[to] = bLastNs[j] as number;
    last[to] = bLast[j] as number;
    lost[to] = all;
  },
  value(cells, at, window) {
    const count = cells.count[at] as number;
    if (count < 2) return 0;
    const [firstNs, first, lastNs, last, lost] = cells.columns as Five;
    const increase = (last[at] as number) - (first[at] as number) + (lost[at] as number);
    return extrapolate(increase, {
      count,
      first: first[at] as number,
      sampledS: ((lastNs[at] as number) - (firstNs[at] as number)) / 1e9,
      toStartS: ((firstNs[at] as number) - window.endNs + window.rangeNs) / 1e9,
      toEndS: (window.endNs - (lastNs[at] as number)) / 1e9,
      rangeS: seconds(window),
    });
  },
};

type Five = readonly [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

interface Sampled {
  readonly count: number;
  readonly first: number;
  readonly sampledS: number;
  readonly toStartS: number;
  readonly toEndS: number;
  readonly rangeS: number;
}

/** Prometheus's extrapolation to the ends of the window, the zero point of the counter looked at first. */
function extrapolate(increase: number, { count, first, sampledS, toStartS, toEndS, rangeS }: Sampled): number {
  const average = sampledS / (count - 1);
  const near = average * 1.1;
  const toZeroS = increase > 0 && first >= 0 ? sampledS * (first / increase) : Infinity;
  const startS = Math.min(toStartS, toZeroS);
  const coveredS = sampledS + (startS < near ? startS : average / 2) + (toEndS < near ? toEndS : average / 2);
  return (increase * (coveredS / sampledS)) / rangeS;
}

const asItIs = (value: number): number => value;
const perSecond = (value: number, window: Window): number => value / seconds(window);

/** By function; `rate` here is of lines, `rateOfValues` of what was unwrapped. quantile_over_time is no folding. */
export const FOLDINGS = {
  absent_over_time: counting(asItIs),
  count_over_time: counting(asItIs),
  rate: counting(perSecond),
  rateOfValues: summing(perSecond),
  bytes_over_time: summing(asItIs),
  bytes_rate: summing(perSecond),
  sum_over_time: summing(asItIs),
  avg_over_time: averaging,
  min_over_time: choosing((later, kept) => later < kept || Number.isNaN(kept)),
  max_over_time: choosing((later, kept) => later > kept || Number.isNaN(kept)),
  first_over_time: choosing(() => false),
  last_over_time: choosing(() => true),
  stddev_over_time: spreading(Math.sqrt),
  stdvar_over_time: spreading(asItIs),
  rate_counter: counterRate,
} as const satisfies Readonly<Record<string, Folding>>;

export type FoldingName = keyof typeof FOLDINGS;
