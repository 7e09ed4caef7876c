import { maxOverTime, minOverTime, tsOfMaxOverTime, tsOfMinOverTime } from './range/extremes.ts';
import type { FloatKernel } from './range/kernel.ts';
import { madOverTime, quantileOverTime } from './range/quantile.ts';
import { delta, idelta, increase, irate, rate } from './range/rate.ts';
import { deriv, doubleExponentialSmoothing, predictLinear } from './range/regression.ts';
import {
  changes,
  countOverTime,
  firstOverTime,
  lastOverTime,
  presentOverTime,
  resets,
  tsOfFirstOverTime,
  tsOfLastOverTime,
} from './range/simple.ts';
import { avgOverTime, stddevOverTime, stdvarOverTime, sumOverTime } from './range/sums.ts';

export interface RangeFunction {
  readonly kernel: FloatKernel;
  /** Which argument is the range vector; the others are scalars. */
  readonly rangeArg: number;
  /** The value is still a sample of the metric. */
  readonly keepsName: boolean;
}

const plain = (kernel: FloatKernel): RangeFunction => ({ kernel, rangeArg: 0, keepsName: false });

/** Functions of a range vector, by name. `absent_over_time` is not one: it answers for all series together. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map([
  ['rate', plain(rate)],
  ['increase', plain(increase)],
  ['delta', plain(delta)],
  ['irate', plain(irate)],
  ['idelta', plain(idelta)],
  ['sum_over_time', plain(sumOverTime)],
  ['avg_over_time', plain(avgOverTime)],
  ['min_over_time', plain(minOverTime)],
  ['max_over_time', plain(maxOverTime)],
  ['count_over_time', plain(countOverTime)],
  ['present_over_time', plain(presentOverTime)],
  ['stddev_over_time', plain(stddevOverTime)],
  ['stdvar_over_time', plain(stdvarOverTime)],
  ['mad_over_time', plain(madOverTime)],
  ['changes', plain(changes)],
  ['resets', plain(resets)],
  ['deriv', plain(deriv)],
  ['predict_linear', plain(predictLinear)],
  ['double_exponential_smoothing', plain(doubleExponentialSmoothing)],
  ['ts_of_first_over_time', plain(tsOfFirstOverTime)],
  ['ts_of_last_over_time', plain(tsOfLastOverTime)],
  ['ts_of_max_over_time', plain(tsOfMaxOverTime)],
  ['ts_of_min_over_time', plain(tsOfMinOverTime)],
  ['quantile_over_time', { kernel: quantileOverTime, rangeArg: 1, keepsName: false }],
  ['last_over_time', { kernel: lastOverTime, rangeArg: 0, keepsName: true }],
  ['first_over_time', { kernel: firstOverTime, rangeArg: 0, keepsName: true }],
]);
