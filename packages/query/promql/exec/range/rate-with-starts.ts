import type { KernelInput } from './kernel.ts';
import { isStartReset, startsOverlap } from './rate.ts';

/**
 * rate and increase of a counter whose samples carry start timestamps: a start inside the window stands for a sample of
 * zero there. `onOverlap` hears of starts that contradict the sample before.
 */
export function rateWithStarts(
  input: KernelInput,
  startTs: Float64Array,
  divisor: number,
  out: Float64Array,
  present: Uint8Array,
  onOverlap: () => void,
): number {
  const { lo, hi, steps } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = (hi[k] as number) - 1;
    if (j < i) continue;
    const end = input.endMs + k * input.stepMs;
    const value = windowIncrease(input, startTs, i, j, end, onOverlap);
    if (value === undefined) continue;
    out[k] = value / divisor;
    present[k] = 1;
    found++;
  }
  return found;
}

function windowIncrease(
  input: KernelInput,
  startTs: Float64Array,
  i: number,
  j: number,
  end: number,
  onOverlap: () => void,
): number | undefined {
  const { ts, values, rangeMs } = input;
  const first = values[i] as number;
  let change = (values[j] as number) - first;
  for (let s = i + 1; s <= j; s++) {
    const before = values[s - 1] as number;
    if (startsOverlap(startTs[s - 1] as number, ts[s - 1] as number, startTs[s] as number)) onOverlap();
    if ((values[s] as number) < before || isStartReset(ts, startTs, s)) change += before;
  }
  const firstT = ts[i] as number;
  const lastT = ts[j] as number;
  let sampled = (lastT - firstT) / 1000;
  const average = j > i ? sampled / (j - i) : 0;
  const threshold = average * 1.1;
  const start = end - rangeMs;
  const firstStart = startTs[i] as number;
  let toStart = (firstT - start) / 1000;
  if (firstStart !== 0 && firstStart > start && firstStart < firstT) {
    toStart = 0;
    sampled = (lastT - firstStart) / 1000;
    change += first;
  } else if (j === i) {
    return undefined;
  } else {
    if (toStart >= threshold) toStart = average / 2;
    if (change > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / change));
  }
  let toEnd = (end - lastT) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  return sampled === 0 ? change : change * ((sampled + toStart + toEnd) / sampled);
}
