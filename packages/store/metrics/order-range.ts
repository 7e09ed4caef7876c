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
  return isAscending(ts, from, to) ? { to, conflict: false } : reorder(ts, values, from, to);
}

/** Without repeats. */
function isAscending(ts: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if ((ts[i] as number) <= (ts[i - 1] as number)) return false;
  return true;
}

/**
 * Each run is merged into what stands in order before it, in place. Only where the two overlap something is moved, so a few samples that came
 * late cost next to nothing.
 */
function reorder(ts: Float64Array, values: Float64Array, from: number, to: number): OrderedRange {
  const words = wordsOf(values);
  for (let start = from + 1; start < to; ) {
    if ((ts[start] as number) >= (ts[start - 1] as number)) {
      start++;
      continue;
    }
    let end = start + 1;
    while (end < to && (ts[end] as number) >= (ts[end - 1] as number)) end++;
    // What of the run is later than everything before it stands where it should.
    const late = firstAfter(ts, ts[start - 1] as number, start, end);
    mergeRun(ts, words, { from, start, end: late });
    start = end;
  }
  return isAscending(ts, from, to) ? { to, conflict: false } : dropRepeats(ts, words, from, to);
}

/** Merges the run `[start, end)` into the ascending `[from, start)` before it, from the end on. At equal times what stood before comes first. */
function mergeRun(
  ts: Float64Array,
  words: Uint32Array,
  { from, start, end }: { readonly from: number; readonly start: number; readonly end: number },
): void {
  const runTimes = ts.slice(start, end);
  const runWords = words.slice(2 * start, 2 * end);
  let left = start;
  let at = end;
  for (let right = end - start - 1; right >= 0; right--) {
    const time = runTimes[right] as number;
    const place = firstAfter(ts, time, from, left);
    at -= left - place;
    if (place < left) {
      ts.copyWithin(at, place, left);
      words.copyWithin(2 * at, 2 * place, 2 * left);
    }
    left = place;
    at--;
    ts[at] = time;
    words[2 * at] = runWords[2 * right] as number;
    words[2 * at + 1] = runWords[2 * right + 1] as number;
  }
}

/** The first place in the ascending `[from, to)` whose time is later; looked for from the end, in growing steps. */
function firstAfter(times: Float64Array, time: number, from: number, to: number): number {
  let step = 1;
  let high = to;
  while (high - step >= from && (times[high - step] as number) > time) {
    high -= step;
    step *= 2;
  }
  let low = Math.max(from, high - step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dropRepeats(ts: Float64Array, words: Uint32Array, from: number, to: number): OrderedRange {
  let at = from + 1;
  let conflict = false;
  for (let i = from + 1; i < to; i++) {
    if (ts[at - 1] === ts[i]) {
      if (words[2 * at - 2] !== words[2 * i] || words[2 * at - 1] !== words[2 * i + 1]) conflict = true;
      continue;
    }
    ts[at] = ts[i] as number;
    words[2 * at] = words[2 * i] as number;
    words[2 * at + 1] = words[2 * i + 1] as number;
    at++;
  }
  return { to: at, conflict };
}
