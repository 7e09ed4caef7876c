import type { Matcher } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BinaryOp,
  type LabelFilter,
  type LogqlExpr,
  type MetricExpr,
  RANGE_FUNCTIONS,
  type Stage,
} from '../parse/ast.ts';
import { completionContext, LogqlParseError, parseLogql, tokenizeLogql } from '../parse/index.ts';
import { printLogql, printPretty } from './index.ts';

const range = { from: 0, to: 0 };
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,4}$/).map((text) => `l_${text}`);
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 4 }));
const number = fc
  .oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((x) => (x === 0 ? 0 : x));
const numericOp = fc.constantFrom('==', '!=', '>', '>=', '<', '<=');
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({ type: fc.constantFrom('=', '!='), name, value: text }),
  fc.record({ type: fc.constantFrom('=~', '!~'), name, value: fc.constantFrom('a.*', '(?i)x|y', '\\d+', '"') }),
) as fc.Arbitrary<Matcher>;

const condition = fc.oneof(
  matcher.map((m) => ({ kind: 'string', matcher: m, range })),
  fc.record({ kind: fc.constant('number'), name, op: numericOp, value: number, range: fc.constant(range) }),
  fc.record({
    kind: fc.constant('duration'),
    name,
    op: numericOp,
    value: fc.integer({ min: -1e12, max: 1e12 }),
    range: fc.constant(range),
  }),
  fc.record({ kind: fc.constant('bytes'), name, op: numericOp, value: fc.maxSafeNat(), range: fc.constant(range) }),
  fc.record({ kind: fc.constant('ip'), name, op: fc.constantFrom('=', '!='), value: text, range: fc.constant(range) }),
) as fc.Arbitrary<LabelFilter>;
const { filter } = fc.letrec<{ filter: LabelFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      left: tie('filter'),
      right: tie('filter'),
      range: fc.constant(range),
    }) as fc.Arbitrary<LabelFilter>,
  ),
}));

const operand = fc.record({ kind: fc.constantFrom('text', 'ip'), value: text });
const fields = fc.array(fc.record({ name, path: text }), { maxLength: 2 });
const choices = fc.array(
  fc.oneof(
    name.map((n) => ({ name: n })),
    matcher.map((m) => ({ name: m.name, matcher: m })),
  ),
  { minLength: 1, maxLength: 3 },
);
const assignment = fc.record({
  name,
  source: fc.oneof(
    name.map((n) => ({ kind: 'label', name: n })),
    text.map((t) => ({ kind: 'template', text: t })),
  ),
});
const stage = fc
  .oneof(
    fc.record({
      kind: fc.constant('lineFilter'),
      op: fc.constantFrom('|=', '|~', '|>'),
      alternatives: fc.array(operand, { minLength: 1, maxLength: 3 }),
    }),
    // More than one would come back as several filters.
    fc.record({
      kind: fc.constant('lineFilter'),
      op: fc.constantFrom('!=', '!~', '!>'),
      alternatives: fc.array(operand, { minLength: 1, maxLength: 1 }),
    }),
    fc.record({ kind: fc.constant('labelFilter'), filter }),
    fc.record({ kind: fc.constant('json'), fields }),
    fc.record({ kind: fc.constant('logfmt'), strict: fc.boolean(), keepEmpty: fc.boolean(), fields }),
    fc.record({ kind: fc.constant('pattern'), pattern: fc.constantFrom('<a> "<_>"', '[<x>] ') }),
    fc.record({ kind: fc.constant('regexp'), pattern: fc.constantFrom('(?P<a>\\w+)', '"(?P<b>.)"') }),
    fc.record({ kind: fc.constantFrom('unpack', 'decolorize') }),
    fc.record({ kind: fc.constant('lineFormat'), template: text }),
    fc.record({ kind: fc.constant('labelFormat'), assignments: fc.array(assignment, { minLength: 1, maxLength: 2 }) }),
    fc.record({ kind: fc.constantFrom('drop', 'keep'), labels: choices }),
    fc.record({ kind: fc.constant('distinct'), labels: fc.array(name, { minLength: 1, maxLength: 2 }) }),
  )
  .map((s) => ({ ...s, range })) as fc.Arbitrary<Stage>;

/** `drop a != "b"` is a matcher of drop, so no query has such a line filter behind a name. */
function readable(stages: readonly Stage[]): readonly Stage[] {
  return stages.map((s, i) => {
    const before = stages[i - 1];
    const named = (before?.kind === 'drop' || before?.kind === 'keep') && before.labels.at(-1)?.matcher === undefined;
    return named && s.kind === 'lineFilter' && /^!/.test(s.op) ? { ...s, op: '!>' } : s;
  });
}

const always: Matcher = { type: '=', name: 'app', value: 'x' };
const selector = fc
  .record({ matchers: fc.array(matcher, { maxLength: 2 }), stages: fc.array(stage, { maxLength: 4 }) })
  .map(({ matchers, stages }) => ({
    kind: 'logSelector' as const,
    matchers: [always, ...matchers],
    stages: readable(stages),
    range,
  }));
const unwrap = fc
  .record({
    label: name,
    conversion: fc.constantFrom(undefined, 'bytes', 'duration', 'duration_seconds'),
    filters: fc.array(filter, { maxLength: 2 }),
  })
  .map(({ conversion, ...rest }) => ({ ...rest, ...(conversion === undefined ? {} : { conversion }), range }));
const over = fc.record({
  selector,
  rangeMs: fc.integer({ min: 1, max: 1e10 }),
  offsetMs: fc.oneof(fc.constant(0), fc.integer({ min: -1e9, max: 1e9 })),
  range: fc.constant(range),
});
const grouping = fc.record({ without: fc.boolean(), labels: fc.array(name, { maxLength: 2 }) });

const UNGROUPED = new Set([
  'sum_over_time',
  'rate',
  'rate_counter',
  'absent_over_time',
  'count_over_time',
  'bytes_rate',
  'bytes_over_time',
]);
const NEVER_UNWRAPPED = new Set(['count_over_time', 'bytes_rate', 'bytes_over_time']);
const rangeAggregation = fc
  .record({
    func: fc.constantFrom(...RANGE_FUNCTIONS),
    over,
    unwrap,
    grouping: fc.option(grouping),
    q: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ func, over: bare, unwrap: unwrapped, grouping: group, q }) => ({
    kind: 'rangeAggregation' as const,
    func,
    ...(func === 'quantile_over_time' ? { param: q === 0 ? 0 : q } : {}),
    over: NEVER_UNWRAPPED.has(func) ? bare : { ...bare, unwrap: unwrapped },
    ...(group === null || UNGROUPED.has(func) ? {} : { grouping: group }),
    range,
  }));

const matching = fc.record({
  card: fc.constantFrom('one-to-one', 'many-to-one', 'one-to-many'),
  on: fc.boolean(),
  labels: fc.array(name, { minLength: 1, maxLength: 2 }),
  include: fc.array(name, { maxLength: 2 }),
});

const { metric } = fc.letrec<{ metric: MetricExpr }>((tie) => ({
  metric: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    rangeAggregation,
    fc.nat().map((value) => ({ kind: 'vector', value, range })),
    fc
      .record({
        op: fc.constantFrom('sum', 'avg', 'topk', 'sort'),
        expr: tie('metric'),
        grouping,
        k: fc.integer({ min: 1, max: 99 }),
      })
      .map(({ op, expr, grouping: group, k }) => ({
        kind: 'vectorAggregation',
        op,
        ...(op === 'topk' ? { param: k } : {}),
        expr,
        // `by ()` is what no grouping means.
        ...(op === 'sort' || (!group.without && group.labels.length === 0) ? {} : { grouping: group }),
        range,
      })),
    fc.record({
      kind: fc.constant('labelReplace'),
      expr: tie('metric'),
      destination: text,
      replacement: text,
      source: text,
      regex: fc.constantFrom('', '(.*)'),
      range: fc.constant(range),
    }),
    fc
      .record({
        op: fc.constantFrom('+', '-', '*', '/', '%', '^', '==', '!=', '>', '<='),
        left: tie('metric'),
        right: fc.oneof(
          tie('metric'),
          number.map((value) => ({ kind: 'number', value, range })),
        ),
        returnBool: fc.boolean(),
        match: fc.option(matching),
      })
      .map(({ match, op, ...rest }) => {
        const include = match?.card === 'one-to-one' ? [] : match?.include;
        return {
          kind: 'binary',
          op: op as BinaryOp,
          ...rest,
          ...(match === null ? {} : { matching: { ...match, include } }),
          range,
        };
      }),
  ) as fc.Arbitrary<MetricExpr>,
}));
const query = fc.oneof(
  selector,
  metric,
  fc.record({
    kind: fc.constant('variants'),
    variants: fc.array(metric, { minLength: 1, maxLength: 2 }),
    over,
    range: fc.constant(range),
  }),
) as fc.Arbitrary<LogqlExpr>;

function bare(expr: LogqlExpr): unknown {
  return JSON.parse(JSON.stringify(expr, (key, value: unknown) => (key === 'range' ? undefined : value)));
}

describe('random queries', () => {
  test('print and parse are inverse, on one line and over several', () => {
    fc.assert(
      fc.property(query, fc.integer({ min: 1, max: 120 }), (expr, width) => {
        const printed = printLogql(expr);
        expect(bare(parseLogql(printed))).toEqual(bare(expr));
        expect(bare(parseLogql(printPretty(expr, width)))).toEqual(bare(expr));
      }),
      { numRuns: 400 },
    );
  });

  test('a range aggregation reads the same in the postfix form', () => {
    fc.assert(
      fc.property(rangeAggregation, (expr) => {
        const { over: lines, param, grouping: group, func } = expr;
        const piped = printLogql({ ...expr, func, over: { ...lines, rangeMs: 60_000, offsetMs: 0 } } as MetricExpr);
        const from = piped.indexOf('{');
        const to = piped.lastIndexOf('[1m])');
        const head = param === undefined ? '' : `${piped.slice(func.length + 1, from)} `;
        const postfix = `${piped.slice(from, to)} | ${func}(${head}[1m])${group === undefined ? '' : piped.slice(to + 5)}`;
        expect(bare(parseLogql(postfix))).toEqual(bare(parseLogql(piped)));
      }),
      { numRuns: 200 },
    );
  });

  test('a mutated query is read or refused, and the editor can still colour and complete it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '|',
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '"',
        '`',
        "'",
        '#',
        '/*',
        ',',
        '=',
        '!=',
        ' or ',
        ' by ',
        'unwrap ',
        '[5m]',
        'rate(',
        '5m',
        '-',
        '\\',
        '0x',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        query,
        fc.array(fc.tuple(fc.nat(), fc.nat(5), piece), { minLength: 1, maxLength: 4 }),
        (expr, edits) => {
          let mutated = printLogql(expr);
          for (const [at, cut, insert] of edits) {
            const from = at % (mutated.length + 1);
            mutated = mutated.slice(0, from) + insert + mutated.slice(from + cut);
          }
          try {
            parseLogql(mutated);
          } catch (error) {
            if (!(error instanceof LogqlParseError)) throw error;
            expect(error.position.start).toBeLessThanOrEqual(error.position.end);
            expect(error.position.end).toBeLessThanOrEqual(mutated.length);
          }
          let end = 0;
          for (const { from, to } of tokenizeLogql(mutated)) {
            expect(from).toBeGreaterThanOrEqual(end);
            expect(to).toBeGreaterThan(from);
            end = to;
          }
          const cursor = (edits[0]?.[0] ?? 0) % (mutated.length + 1);
          const { from, to } = completionContext(mutated, cursor);
          expect(from).toBeLessThanOrEqual(cursor);
          expect(to).toBeGreaterThanOrEqual(cursor);
          expect(to).toBeLessThanOrEqual(mutated.length);
        },
      ),
      { numRuns: 800 },
    );
  });
});
