import { PetrelError } from '@petrel/model';
import type { FloatKernel, KernelInput } from './kernel.ts';

/** Slope and intercept of the last fit; one object, so that fitting allocates nothing. */
const fit = { slope: 0, intercept: 0 };

/** Least squares over values[i…j), times counted in seconds from `originMs`, sums compensated. Leaves the result in `fit`. */
function fitLine(ts: Float64Array, values: Float64Array, i: number, j: number, originMs: number): void {
  const first = values[i] as number;
  let constant = true;
  let sumX = 0;
  let cX = 0;
  let sumY = 0;
  let cY = 0;
  let sumXY = 0;
  let cXY = 0;
  let sumX2 = 0;
  let cX2 = 0;
  for (let s = i; s < j; s++) {
    const x = ((ts[s] as number) - originMs) / 1000;
    const y = values[s] as number;
    if (y !== first) constant = false;
    let t = sumX + x;
    cX += Math.abs(sumX) >= Math.abs(x) ? sumX - t + x : x - t + sumX;
    sumX = t;
    t = sumY + y;
    cY += Math.abs(sumY) >= Math.abs(y) ? sumY - t + y : y - t + sumY;
    sumY = t;
    const xy = x * y;
    t = sumXY + xy;
    cXY += Math.abs(sumXY) >= Math.abs(xy) ? sumXY - t + xy : xy - t + sumXY;
    sumXY = t;
    const x2 = x * x;
    t = sumX2 + x2;
    cX2 += Math.abs(sumX2) >= Math.abs(x2) ? sumX2 - t + x2 : x2 - t + sumX2;
    sumX2 = t;
  }
  if (constant) {
    const finite = first !== Infinity && first !== -Infinity;
    fit.slope = finite ? 0 : NaN;
    fit.intercept = finite ? first : NaN;
    return;
  }
  sumX += cX;
  sumY += cY;
  sumXY += cXY;
  sumX2 += cX2;
  const n = j - i;
  const slope = (sumXY - (sumX * sumY) / n) / (sumX2 - (sumX * sumX) / n);
  fit.slope = slope;
  fit.intercept = sumY / n - (slope * sumX) / n;
}

export const deriv: FloatKernel = ({ ts, values, lo, hi, steps }, out, present) => {
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j - i < 2) continue;
    // An origin near the samples keeps the squares small.
    fitLine(ts, values, i, j, ts[i] as number);
    out[k] = fit.slope;
    present[k] = 1;
    found++;
  }
  return found;
};

/** Parameter: seconds ahead of the evaluation time. */
export const predictLinear: FloatKernel = (input, out, present) => {
  const { ts, values, lo, hi, steps, evalStartMs, evalStepMs } = input;
  const ahead = input.params[0] as Float64Array;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j - i < 2) continue;
    fitLine(ts, values, i, j, evalStartMs + k * evalStepMs);
    out[k] = fit.slope * (ahead[k] as number) + fit.intercept;
    present[k] = 1;
    found++;
  }
  return found;
};

/** Holt's double exponential smoothing; parameters: smoothing factor and trend factor, both in (0, 1). */
export const doubleExponentialSmoothing: FloatKernel = (input, out, present) => {
  const { lo, hi, steps } = input;
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const smoothing = (input.params[0] as Float64Array)[k] as number;
    const trend = (input.params[1] as Float64Array)[k] as number;
    const i = lo[k] as number;
    const j = hi[k] as number;
    if (j > i) checkFactors(smoothing, trend);
    if (j - i < 2) continue;
    out[k] = smooth(input, i, j, smoothing, trend);
    present[k] = 1;
    found++;
  }
  return found;
};

function checkFactors(smoothing: number, trend: number): void {
  if (smoothing <= 0 || smoothing >= 1) {
    throw new PetrelError(
      'PROMQL_EXEC',
      `invalid smoothing factor. Expected: 0 < sf < 1, got: ${smoothing.toFixed(6)}`,
    );
  }
  if (trend <= 0 || trend >= 1) {
    throw new PetrelError('PROMQL_EXEC', `invalid trend factor. Expected: 0 < tf < 1, got: ${trend.toFixed(6)}`);
  }
}

function smooth({ values }: KernelInput, i: number, j: number, smoothing: number, trend: number): number {
  let before = 0;
  let level = values[i] as number;
  let slope = (values[i + 1] as number) - level;
  for (let s = i + 1; s < j; s++) {
    if (s > i + 1) slope = trend * (level - before) + (1 - trend) * slope;
    const next = smoothing * (values[s] as number) + (1 - smoothing) * (level + slope);
    before = level;
    level = next;
  }
  return level;
}
