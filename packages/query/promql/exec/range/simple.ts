import type { FloatKernel, KernelInput } from './kernel.ts';
import { isStartReset } from './rate.ts';

export const countOverTime: FloatKernel = ({ lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const n = (hi[k] as number) - (lo[k] as number);
    if (n === 0) continue;
    out[k] = n;
    present[k] = 1;
    found++;
  }
  return found;
};

export const presentOverTime: FloatKernel = ({ lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    if (hi[k] === lo[k]) continue;
    out[k] = 1;
    present[k] = 1;
    found++;
  }
  return found;
};

export const lastOverTime: FloatKernel = ({ values, lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const j = hi[k] as number;
    if (j === lo[k]) continue;
    out[k] = values[j - 1] as number;
    present[k] = 1;
    found++;
  }
  return found;
};

export const firstOverTime: FloatKernel = ({ values, lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    if (hi[k] === i) continue;
    out[k] = values[i] as number;
    present[k] = 1;
    found++;
  }
  return found;
};

export const tsOfLastOverTime: FloatKernel = ({ ts, lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const j = hi[k] as number;
    if (j === lo[k]) continue;
    out[k] = (ts[j - 1] as number) / 1000;
    present[k] = 1;
    found++;
  }
  return found;
};

export const tsOfFirstOverTime: FloatKernel = ({ ts, lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    if (hi[k] === i) continue;
    out[k] = (ts[i] as number) / 1000;
    present[k] = 1;
    found++;
  }
  return found;
};

/** How often the value differs from the one before it; NaN equals NaN. */
export const changes: FloatKernel = (input, out, present) => {
  const { values, from, to } = input;
  const counts = input.ints(to - from);
  let n = 0;
  counts[0] = 0;
  for (let i = from + 1; i < to; i++) {
    const v = values[i] as number;
    const before = values[i - 1] as number;
    if (v !== before && (!Number.isNaN(v) || !Number.isNaN(before))) n++;
    counts[i - from] = n;
  }
  return countDifference(input, counts, out, present);
};

/** How often a counter fell, or restarted by its start timestamps. */
export const resets: FloatKernel = (input, out, present) => {
  const { ts, values, startTs, from, to } = input;
  const counts = input.ints(to - from);
  let n = 0;
  counts[0] = 0;
  for (let i = from + 1; i < to; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) n++;
    else if (startTs !== undefined && isStartReset(ts, startTs, i)) n++;
    counts[i - from] = n;
  }
  return countDifference(input, counts, out, present);
};

function countDifference(input: KernelInput, counts: Int32Array, out: Float64Array, present: Uint8Array): number {
  const { lo, hi, steps, from } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j <= i) continue;
    out[k] = (counts[j - 1 - from] as number) - (counts[i - from] as number);
    present[k] = 1;
    found++;
  }
  return found;
}
