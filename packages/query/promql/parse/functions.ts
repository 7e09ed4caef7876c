import type { ValueType } from './ast.ts';

/** What the parser checks about a function, and what the engine's dispatch is keyed by. */
export interface FunctionSignature {
  readonly name: string;
  /** With `variadic` ≠ 0 the last type repeats. */
  readonly args: readonly ValueType[];
  /** 0: exactly `args`. n > 0: the last argument is optional and may stand up to n times. -1: any number of times, or not at all. */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Only with the feature `experimentalFunctions`. */
  readonly experimental: boolean;
}

interface Options {
  readonly variadic?: number;
  readonly returns?: ValueType;
  readonly experimental?: boolean;
}

const V = ['vector'] as const;
const M = ['matrix'] as const;
const experimental = { experimental: true } as const;

function define(names: string, args: readonly ValueType[], options: Options = {}): readonly FunctionSignature[] {
  const { variadic = 0, returns = 'vector', experimental = false } = options;
  return names.split(' ').map((name) => Object.freeze({ name, args, variadic, returns, experimental }));
}

const SIGNATURES: readonly FunctionSignature[] = [
  define('abs absent ceil exp floor ln log10 log2 sgn sort sort_desc sqrt timestamp', V),
  define('acos acosh asin asinh atan atanh cos cosh deg rad sin sinh tan tanh', V),
  define('days_in_month day_of_month day_of_week day_of_year hour minute month year', V, { variadic: 1 }),
  define('histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar', V),
  define('start_timestamp', V, experimental),
  define('absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time', M),
  define(
    'max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
    M,
  ),
  define('first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time', M, experimental),
  define('ts_of_max_over_time ts_of_min_over_time', M, experimental),
  define('clamp', ['vector', 'scalar', 'scalar']),
  define('clamp_max clamp_min', ['vector', 'scalar']),
  define('double_exponential_smoothing', ['matrix', 'scalar', 'scalar'], experimental),
  define('histogram_fraction', ['scalar', 'scalar', 'vector']),
  define('histogram_quantile', ['scalar', 'vector']),
  define('histogram_quantiles', ['vector', 'string', 'scalar', 'scalar'], { variadic: 9, experimental: true }),
  define('info', ['vector', 'vector'], { variadic: 1, experimental: true }),
  define('label_join', ['vector', 'string', 'string', 'string'], { variadic: -1 }),
  define('label_replace', ['vector', 'string', 'string', 'string', 'string']),
  define('predict_linear', ['matrix', 'scalar']),
  define('quantile_over_time', ['scalar', 'matrix']),
  define('round', ['vector', 'scalar'], { variadic: 1 }),
  define('sort_by_label sort_by_label_desc', ['vector', 'string'], { variadic: -1, experimental: true }),
  define('vector', ['scalar']),
  define('scalar', V, { returns: 'scalar' }),
  define('pi time', [], { returns: 'scalar' }),
  define('start end step range', [], { returns: 'scalar', experimental: true }),
  define('min_of max_of', ['scalar', 'scalar'], { returns: 'scalar', experimental: true }),
].flat();

/** Every function of Prometheus 3.14 by name. Source: Prometheus's documentation, querying/functions. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(SIGNATURES.map((f) => [f.name, f]));
