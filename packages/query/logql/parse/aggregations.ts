import type { Grouping, LogRange, MetricExpr, RangeFunction, VectorOperator } from './ast.ts';
import { parseNames } from './binary.ts';
import type { Token } from './lexer.ts';
import type { TokenStream } from './token-stream.ts';
import { parseFloatLiteral } from './units.ts';

const GROUPABLE: ReadonlySet<RangeFunction> = new Set<RangeFunction>([
  'avg_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
]);
const WITH_UNWRAP: ReadonlySet<RangeFunction> = new Set<RangeFunction>([
  ...GROUPABLE,
  'sum_over_time',
  'rate',
  'rate_counter',
  'absent_over_time',
]);
const WITHOUT_UNWRAP: ReadonlySet<RangeFunction> = new Set<RangeFunction>([
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
  'rate',
  'absent_over_time',
]);
const COUNTED: ReadonlySet<VectorOperator> = new Set<VectorOperator>(['topk', 'bottomk', 'approx_topk']);

/** `by (a, b)` or `without (a)`, if it comes. */
export function parseGrouping(tokens: TokenStream): Grouping | undefined {
  const word = tokens.accept('by') ?? tokens.accept('without');
  if (word === undefined) return undefined;
  return Object.freeze({ without: word.type === 'without', labels: parseNames(tokens) });
}

export interface RangeAggregationPieces {
  readonly func: RangeFunction;
  readonly over: LogRange;
  /** The NUMBER in front of the range. */
  readonly param: Token | undefined;
  readonly grouping: Grouping | undefined;
  readonly start: number;
}

/** With Loki's rules for parameters, groupings and unwrap; what breaks them is noted as a mistake. */
export function makeRangeAggregation(tokens: TokenStream, pieces: RangeAggregationPieces): MetricExpr {
  const { func, over, param, grouping, start } = pieces;
  const range = tokens.rangeFrom(start);
  let value: number | undefined;
  if (param !== undefined) {
    if (func !== 'quantile_over_time') {
      return tokens.defer(range, `parameter ${param.text} not supported for operation ${func}`);
    }
    const parsed = parseFloatLiteral(param.text);
    if ('error' in parsed) return tokens.defer(range, `invalid parameter for operation ${func}: ${parsed.error}`);
    value = parsed.value;
  } else if (func === 'quantile_over_time') return tokens.defer(range, `parameter required for operation ${func}`);
  if (grouping !== undefined && !GROUPABLE.has(func)) {
    return tokens.defer(range, `grouping not allowed for ${func} aggregation`);
  }
  if (over.unwrap !== undefined && !WITH_UNWRAP.has(func)) {
    return tokens.defer(range, `invalid aggregation ${func} with unwrap`);
  }
  if (over.unwrap === undefined && !WITHOUT_UNWRAP.has(func)) {
    return tokens.defer(range, `invalid aggregation ${func} without unwrap`);
  }
  return Object.freeze({
    kind: 'rangeAggregation',
    func,
    ...(value === undefined ? {} : { param: value }),
    over,
    ...(grouping === undefined ? {} : { grouping }),
    range,
  });
}

export interface VectorAggregationPieces {
  readonly op: VectorOperator;
  readonly expr: MetricExpr;
  /** The NUMBER in front of the expression. */
  readonly param: Token | undefined;
  readonly grouping: Grouping | undefined;
  readonly start: number;
}

/** With Loki's rules for parameters and groupings; what breaks them is noted as a mistake. */
export function makeVectorAggregation(tokens: TokenStream, pieces: VectorAggregationPieces): MetricExpr {
  const { op, expr, param, grouping, start } = pieces;
  const range = tokens.rangeFrom(start);
  let count: number | undefined;
  if (COUNTED.has(op)) {
    if (param === undefined) return tokens.defer(range, `parameter required for operation ${op}`);
    count = /^[0-9]+$/.test(param.text) ? Number(param.text) : undefined;
    if (count === undefined || count >= 2 ** 63) return tokens.defer(range, `invalid parameter ${op}(${param.text},`);
    if (count <= 0) {
      return tokens.defer(range, `invalid parameter (must be greater than 0) ${op}(${param.text}`);
    }
    if (op === 'approx_topk' && grouping !== undefined) {
      return tokens.defer(range, `grouping not allowed for ${op} aggregation`);
    }
  } else if (param !== undefined) {
    return tokens.defer(range, `unsupported parameter for operation ${op}(${param.text},`);
  }
  return Object.freeze({
    kind: 'vectorAggregation',
    op,
    ...(count === undefined ? {} : { param: count }),
    expr,
    ...(grouping === undefined ? {} : { grouping }),
    range,
  });
}
