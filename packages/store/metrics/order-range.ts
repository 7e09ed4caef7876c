import { wordsOf } from '@petrel/model';

/** `to` after duplicates went; `conflict`: equal times with different values, and only the database knows which came last. */
export interface OrderedRange {
  readonly to: number;
  readonly conflict: boolean;
}

/**
 * Puts one series' samples `[from, to)` into ascending order and drops repeated times. The database gives them as ascending runs, one a
 * part and thread, mostly already in order: then this is one look at each time.
 */
export function orderRange(ts: Float64Array, values: Float64Array, from: number, to: number): OrderedRange {
  let ascending = true;
  for (let i = from + 1; i < to; i++) {
    if ((ts[i] as number) <= (ts[i - 1] as number)) {
      ascending = false;
      break;
    }
  }
  if (ascending) return { to, conflict: false };
  return reorder(ts, values, from, to);
}

function reorder(ts: Float64Array, values: Float64Array, from: number, to: number): OrderedRange {
  const length = to - from;
  const times = ts.slice(from, to);
  const copied = values.slice(from, to);
  const starts: number[] = [0];
  for (let i = 1; i < length; i++) if ((times[i] as number) < (times[i - 1] as number)) starts.push(i);
  const runs = starts.map((start, r) => ({ start, end: starts[r + 1] ?? length }));
  runs.sort((a, b) => (times[a.start] as number) - (times[b.start] as number));
  const overlap = runs.some(
    (run, r) => r > 0 && (times[run.start] as number) <= (times[(runs[r - 1] as { end: number }).end - 1] as number),
  );
  const order = overlap ? sortedIndex(times) : undefined;
  const from64 = wordsOf(copied);
  const to64 = wordsOf(values);
  let at = from;
  let conflict = false;
  const take = (i: number) => {
    if (at > from && ts[at - 1] === times[i]) {
      if (to64[2 * at - 2] !== from64[2 * i] || to64[2 * at - 1] !== from64[2 * i + 1]) conflict = true;
      return;
    }
    ts[at] = times[i] as number;
    to64[2 * at] = from64[2 * i] as number;
    to64[2 * at + 1] = from64[2 * i + 1] as number;
    at++;
  };
  if (order !== undefined) for (const i of order) take(i);
  else for (const run of runs) for (let i = run.start; i < run.end; i++) take(i);
  return { to: at, conflict };
}

function sortedIndex(times: Float64Array): Uint32Array {
  const order = Uint32Array.from(times, (_, i) => i);
  return order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
}
