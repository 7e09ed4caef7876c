import type { FloatKernel, KernelInput } from './kernel.ts';

export const maxOverTime: FloatKernel = (input, out, present) => extreme(input, out, present, 1, false);

export const minOverTime: FloatKernel = (input, out, present) => extreme(input, out, present, -1, false);

export const tsOfMaxOverTime: FloatKernel = (input, out, present) => extreme(input, out, present, 1, true);

export const tsOfMinOverTime: FloatKernel = (input, out, present) => extreme(input, out, present, -1, true);

/**
 * The largest (`sign` 1) or smallest (-1) value of each window, by a queue of candidates that only falls: O(samples + steps). NaN
 * counts only where there is nothing else. The time wanted is that of the last of equals.
 */
function extreme(input: KernelInput, out: Float64Array, present: Uint8Array, sign: 1 | -1, wantTime: boolean): number {
  const { ts, values, lo, hi, steps } = input;
  const queue = input.ints(input.to - input.from + 1);
  let head = 0;
  let tail = 0;
  let next = steps > 0 ? (lo[0] as number) : 0;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (next < i) next = i;
    for (; next < j; next++) {
      const v = (values[next] as number) * sign;
      if (Number.isNaN(v)) continue;
      while (tail > head && (values[queue[tail - 1] as number] as number) * sign <= v) tail--;
      queue[tail++] = next;
    }
    while (head < tail && (queue[head] as number) < i) head++;
    if (j <= i) continue;
    // Of NaNs alone, the last is the one that Prometheus names.
    const at = head < tail ? (queue[head] as number) : j - 1;
    out[k] = wantTime ? (ts[at] as number) / 1000 : (values[at] as number);
    present[k] = 1;
    found++;
  }
  return found;
}
