/**
 * The state of one group over all steps; what the arrays mean is the accumulator's matter. `count` is the number of members at a step.
 */
export interface GroupState {
  readonly value: Float64Array;
  /** Compensation of sums, or the mean of a variance. */
  readonly second: Float64Array;
  readonly count: Int32Array;
}

export function newGroupState(steps: number): GroupState {
  return { value: new Float64Array(steps), second: new Float64Array(steps), count: new Int32Array(steps) };
}

/** Adds one series to its group. Each is a loop of its own over the steps. */
export type Accumulate = (state: GroupState, values: Float64Array, present: Uint8Array) => void;

/** Neumaier's compensated sum. */
export const addSum: Accumulate = ({ value, second, count }, values, present) => {
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    const v = values[k] as number;
    const sum = value[k] as number;
    const t = sum + v;
    const lost = Math.abs(sum) >= Math.abs(v) ? sum - t + v : v - t + sum;
    // After an overflow the compensation is no number any more, and counts for nothing.
    second[k] = t === Infinity || t === -Infinity ? 0 : (second[k] as number) + lost;
    value[k] = t;
    count[k] = (count[k] as number) + 1;
  }
};

export const addMin: Accumulate = ({ value, count }, values, present) => {
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    const v = values[k] as number;
    const least = value[k] as number;
    if (count[k] === 0 || v < least || Number.isNaN(least)) value[k] = v;
    count[k] = (count[k] as number) + 1;
  }
};

export const addMax: Accumulate = ({ value, count }, values, present) => {
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    const v = values[k] as number;
    const most = value[k] as number;
    if (count[k] === 0 || v > most || Number.isNaN(most)) value[k] = v;
    count[k] = (count[k] as number) + 1;
  }
};

export const addCount: Accumulate = ({ count }, _values, present) => {
  for (let k = 0; k < present.length; k++) count[k] = (count[k] as number) + (present[k] as number);
};

/** Welford: `value` gathers the squares, `second` the mean. */
export const addVariance: Accumulate = ({ value, second, count }, values, present) => {
  for (let k = 0; k < present.length; k++) {
    if (present[k] !== 1) continue;
    const v = values[k] as number;
    const n = (count[k] as number) + 1;
    const off = v - (second[k] as number);
    const average = (second[k] as number) + off / n;
    value[k] = (value[k] as number) + off * (v - average);
    second[k] = average;
    count[k] = n;
  }
};
