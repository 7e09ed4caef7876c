import { FunctionError } from '../template-error.ts';
import { ANY, FLOAT64, INT, INT64 } from '../values/go-type.ts';
import { type GoFunction, GoInt, goFunction } from '../values/go-value.ts';
import { intOf, stringOf } from '../values/inspect.ts';
import { parseGoFloat, parseGoInt } from '../values/parse-number.ts';
import { combineDecimals, type DecimalOperator } from './decimal.ts';

const MAX_INT = (1n << 63n) - 1n;
const MIN_INT = -(1n << 63n);

/** Anything as an integer; what is none counts as 0. */
function toInt(value: unknown): bigint {
  const int = intOf(value);
  if (int !== undefined) return BigInt.asIntN(64, int);
  if (typeof value === 'number') return floatToInt(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const text = stringOf(value);
  const parsed = text === undefined ? undefined : parseGoInt(wholePart(text));
  return parsed === undefined || parsed > MAX_INT || parsed < MIN_INT ? 0n : parsed;
}

/** `12.5` without what is behind the point. */
function wholePart(text: string): string {
  const whole = /^([-+]?\d*)\.\d*$/.exec(text)?.[1];
  if (whole === undefined) return text;
  return /\d/.test(whole) ? whole : `${whole}0`;
}

/** What a 64-bit machine makes of a float out of range is its smallest integer. */
function floatToInt(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT;
  const int = BigInt(Math.trunc(value));
  return int > MAX_INT || int < MIN_INT ? MIN_INT : int;
}

/** Anything as a float; what is none counts as 0. */
function toFloat(value: unknown): number {
  if (typeof value === 'number') return value;
  const int = intOf(value);
  if (int !== undefined) return Number(int);
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = stringOf(value);
  const parsed = text === undefined ? undefined : parseGoFloat(text);
  // Too large for a float is an error to Go, unlike a written infinity.
  return parsed === undefined || (!Number.isFinite(parsed) && /\d/.test(text as string)) ? 0 : parsed;
}

const int64 = (value: bigint): GoInt => new GoInt(INT64, BigInt.asIntN(64, value));

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return divisor;
}

function ofTwo(combine: (a: bigint, b: bigint) => bigint): GoFunction {
  return goFunction([ANY, ANY], ([a, b]) => int64(combine(toInt(a), toInt(b))));
}

function ofMany(combine: (a: bigint, b: bigint) => bigint): GoFunction {
  return goFunction([ANY, ANY], (args) => int64(args.map(toInt).reduce(combine)), { variadic: true });
}

function decimals(operator: DecimalOperator): GoFunction {
  return goFunction([ANY, ANY], (args) => combineDecimals(operator, args.map(toFloat)), { variadic: true });
}

function floats(combine: (...values: number[]) => number): GoFunction {
  return goFunction([ANY, ANY], (args) => combine(...args.map(toFloat)), { variadic: true });
}

function ofFloat(compute: (value: number) => number): GoFunction {
  return goFunction([ANY], ([value]) => compute(toFloat(value)));
}

function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** Up from a fraction of so much on, .5 where nothing is said; the same way for negative numbers, whose fraction is negative. */
function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const shifted = power * value;
  const fraction = shifted - Math.trunc(shifted);
  return (fraction >= roundOn ? Math.ceil(shifted) : Math.floor(shifted)) / power;
}

/** Arithmetic of log templates: operands are numbers or texts of numbers, anything else is 0. */
export const NUMBER_FUNCTIONS: readonly (readonly [string, GoFunction])[] = [
  ['int', goFunction([ANY], ([value]) => toInt(value))],
  ['float64', ofFloat((value) => value)],
  ['add', goFunction([ANY], (args) => int64(args.map(toInt).reduce((a, b) => a + b, 0n)), { variadic: true })],
  ['sub', ofTwo((a, b) => a - b)],
  ['mul', ofMany((a, b) => BigInt.asIntN(64, a * b))],
  ['div', ofTwo((a, b) => a / nonZero(b))],
  ['mod', ofTwo((a, b) => a % nonZero(b))],
  ['max', ofMany(larger)],
  ['min', ofMany((a, b) => -larger(-a, -b))],
  ['addf', goFunction([ANY], (args) => combineDecimals('+', [0, ...args.map(toFloat)]), { variadic: true })],
  ['subf', decimals('-')],
  ['mulf', decimals('*')],
  ['divf', decimals('/')],
  ['maxf', floats(Math.max)],
  ['minf', floats(Math.min)],
  ['ceil', ofFloat(Math.ceil)],
  ['floor', ofFloat(Math.floor)],
  [
    'round',
    goFunction(
      [ANY, INT, FLOAT64],
      ([value, places, roundOn = 0.5]) => round(toFloat(value), Number(places), roundOn as number),
      { variadic: true },
    ),
  ],
];
