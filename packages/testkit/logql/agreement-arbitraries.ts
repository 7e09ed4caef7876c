import fc from 'fast-check';
import type { NaiveExpr, NaiveGrouping, NaiveLine, NaiveRange, NaiveSelector } from './naive-query.ts';

const BASE_MS = Date.UTC(2026, 0, 1);

const streams = fc.record(
  { app: fc.constantFrom('a', 'b'), env: fc.constantFrom('x', 'y'), pod: fc.constantFrom('1', '2') },
  { requiredKeys: ['app'] },
);

/** `env` may stand in the stream, in metadata, and in the line. */
const metadata = fc.record({ tid: fc.constantFrom('m', 'n'), env: fc.constantFrom('x', 'z') }, { requiredKeys: [] });

const words = fc
  .record(
    {
      msg: fc.constantFrom('timeout', 'done', 'größer'),
      took: fc.oneof({ weight: 60, arbitrary: fc.integer({ min: -5, max: 40 }).map(String) }, fc.constant('soon')),
      env: fc.constantFrom('y', 'w'),
    },
    { requiredKeys: [] },
  )
  .map((fields) =>
    Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  );

/** Many of them just on, before or after the ends of windows. */
const times = fc
  .tuple(fc.integer({ min: -20, max: 60 }), fc.constantFrom(0n, 0n, 1n, -1n, 1_234_567_891n))
  .map(([fives, offNs]) => BigInt(BASE_MS + fives * 5_000) * 1_000_000n + offNs);

const line = fc.record({
  tsNs: times,
  stream: streams,
  metadata,
  level: fc.constantFrom('', '', 'info', 'error'),
  line: words,
});

/** Lines of a few streams over some minutes, by time. */
export const arbitraryLines: fc.Arbitrary<readonly NaiveLine[]> = fc
  .array(line, { minLength: 20, maxLength: 80 })
  .map((all) => [...all].sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : 0)));

const selector: fc.Arbitrary<NaiveSelector> = fc.record({
  matchers: fc.constantFrom(
    [{ name: 'app', op: '=' as const, value: 'a' }],
    [
      { name: 'app', op: '=' as const, value: 'b' },
      { name: 'env', op: '!=' as const, value: 'x' },
    ],
    [{ name: 'env', op: '=' as const, value: 'x' }],
    [{ name: 'app', op: '!=' as const, value: '' }],
  ),
  lineFilters: fc.array(
    fc.record({
      op: fc.constantFrom('|=' as const, '!=' as const),
      text: fc.constantFrom('time', 'took', 'größ', 'o'),
    }),
    { maxLength: 1 },
  ),
  logfmt: fc.boolean(),
  labelFilters: fc.array(
    fc.constantFrom(
      { name: 'detected_level', op: '=' as const, value: 'error' },
      { name: 'tid', op: '!=' as const, value: 'm' },
      { name: 'env', op: '=' as const, value: 'x' },
      { name: 'took', op: '>' as const, value: 5 },
    ),
    { maxLength: 1 },
  ),
});

const grouping: fc.Arbitrary<NaiveGrouping> = fc.record({
  without: fc.boolean(),
  labels: fc.uniqueArray(fc.constantFrom('app', 'env', 'pod', 'tid', 'msg', 'detected_level', 'env_extracted'), {
    maxLength: 2,
  }),
});

const OF_LINES = ['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate', 'absent_over_time'];
const OF_VALUES = ['sum_over_time', 'rate', 'rate_counter', 'absent_over_time'];
const GROUPED = [
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'first_over_time',
  'last_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
];

const where = fc.record({
  selector,
  rangeMs: fc.constantFrom(5_000, 7_000, 10_000, 30_000, 45_001, 60_000),
  offsetMs: fc.constantFrom(0, 0, 0, 15_000, 3_001, -10_000),
});

function rangeOf(funcs: readonly string[], unwrap: boolean, groups: boolean): fc.Arbitrary<NaiveRange> {
  return fc
    .tuple(where, fc.constantFrom(...funcs), fc.boolean(), fc.option(grouping, { nil: undefined }))
    .map(([at, func, skipsErrors, by]) => ({
      kind: 'range' as const,
      func,
      ...at,
      skipsErrors: unwrap && skipsErrors,
      ...(unwrap ? { unwrap: 'took', selector: { ...at.selector, logfmt: true } } : {}),
      ...(func === 'quantile_over_time' ? { quantile: 0.75 } : {}),
      ...(groups && by !== undefined ? { grouping: by } : {}),
    }));
}

const counts = rangeOf(OF_LINES, false, false);
const values = rangeOf(OF_VALUES, true, false);
const grouped = rangeOf(GROUPED, true, true);
const range = fc.oneof({ weight: 3, arbitrary: counts }, values, grouped);

const aggregated: fc.Arbitrary<NaiveExpr> = fc.oneof(
  fc
    .tuple(fc.constantFrom('sum', 'sum', 'avg', 'min', 'max', 'count'), fc.option(grouping, { nil: undefined }), range)
    .map(([op, by, expr]) => ({
      kind: 'aggregation' as const,
      op,
      expr,
      ...(by === undefined ? {} : { grouping: by }),
    })),
  // Of counts alone: means that differ in their last bit would be chosen from differently.
  fc
    .tuple(fc.constantFrom('topk', 'bottomk'), fc.integer({ min: 1, max: 3 }), counts)
    .map(([op, param, expr]) => ({ kind: 'aggregation' as const, op, param, expr })),
);

const operand = fc.oneof<fc.Arbitrary<NaiveExpr>[]>(range, aggregated);

const binary: fc.Arbitrary<NaiveExpr> = fc.oneof(
  fc
    .tuple(fc.constantFrom('+', '*', '/', '>', '!='), fc.boolean(), operand, fc.constantFrom(0, 3.7), fc.boolean())
    .map(([op, bool, expr, value, swapped]) => {
      const number = { kind: 'number' as const, value };
      const [left, right] = swapped ? [number, expr] : [expr, number];
      return { kind: 'binary' as const, op, bool: bool && (op === '>' || op === '!='), left, right };
    }),
  fc
    .tuple(
      fc.constantFrom('+', '-', '/', '<=', 'and', 'or', 'unless'),
      fc.option(fc.constantFrom(['app'], ['app', 'env'], ['pod']), { nil: undefined }),
      fc.oneof<fc.Arbitrary<NaiveExpr>[]>(counts, aggregated),
      fc.oneof<fc.Arbitrary<NaiveExpr>[]>(counts, aggregated),
    )
    .map(([op, on, left, right]) => ({
      kind: 'binary' as const,
      op,
      bool: false,
      left,
      right,
      ...(on === undefined ? {} : { on }),
    })),
);

/** A metric query with its times; `steps` 1 may be asked as an instant query too. */
export const arbitraryQuery = fc.record({
  expr: fc.oneof<fc.Arbitrary<NaiveExpr>[]>(range, aggregated, aggregated, binary),
  startMs: fc.integer({ min: 0, max: 40 }).map((fives) => BASE_MS + fives * 5_000),
  stepMs: fc.constantFrom(1_000, 5_000, 7_000, 30_000, 100_000),
  steps: fc.integer({ min: 1, max: 12 }),
});

export type AgreementQuery = typeof arbitraryQuery extends fc.Arbitrary<infer T> ? T : never;
