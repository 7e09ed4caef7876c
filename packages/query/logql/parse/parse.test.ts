import { existsSync, readFileSync } from 'node:fs';
import { PetrelError } from '@petrel/model';
import { describe, expect, test } from 'vitest';
import type { LabelFilter, LogqlExpr, LogSelector, RangeAggregation } from './ast.ts';
import { LogqlParseError, parseLogql, parseLogSelector, parseMatchers, parseMetricQuery } from './index.ts';

/** The tree without the places of its nodes. */
function treeOf(query: string): unknown {
  return JSON.parse(JSON.stringify(parseLogql(query), (key, value: unknown) => (key === 'range' ? undefined : value)));
}

function failureOf(query: string, parse: (query: string) => unknown = parseLogql): LogqlParseError {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof LogqlParseError) return error;
    throw error;
  }
  throw new Error(`${query} was accepted`);
}

function filterOf(text: string): LabelFilter {
  const stage = (parseLogql(`{a="b"} | ${text}`) as LogSelector).stages[0];
  if (stage?.kind !== 'labelFilter') throw new Error(`no filter: ${text}`);
  return stage.filter;
}

/** `(a and (b or c))` */
function shapeOf(filter: LabelFilter): string {
  if ('left' in filter) {
    return `(${shapeOf(filter.left)} ${filter.kind} ${shapeOf(filter.right)})`;
  }
  return filter.kind === 'string' ? filter.matcher.name : filter.name;
}

describe('log queries', () => {
  test('a selector with every kind of stage', () => {
    const query =
      '{app="x", env=~"a|b"} |= "e" or ip("10.0.0.0/8") !~ "d" | json | json a="b[0]", c | logfmt --strict d | pattern "<_> <p>" | regexp "(?P<r>.)" ' +
      '| unpack | decolorize | level="error" | line_format "{{.a}}" | label_format x=y,z="{{.q}}" | drop a, b="c" | keep d | distinct e, f';
    const { matchers, stages } = parseLogSelector(query);
    expect(matchers).toEqual([
      { type: '=', name: 'app', value: 'x' },
      { type: '=~', name: 'env', value: 'a|b' },
    ]);
    expect(stages.map(({ kind }) => kind).join(' ')).toBe(
      'lineFilter lineFilter json json logfmt pattern regexp unpack decolorize labelFilter lineFormat labelFormat drop keep distinct',
    );
    expect(stages.map(({ range }) => query.slice(range.from, range.to))).toContain('| json a="b[0]", c');
    expect(stages[3]).toMatchObject({
      fields: [
        { name: 'a', path: 'b[0]' },
        { name: 'c', path: 'c' },
      ],
    });
    expect(stages[12]).toMatchObject({
      labels: [{ name: 'a' }, { name: 'b', matcher: { type: '=', name: 'b', value: 'c' } }],
    });
  });

  test('everything is frozen', () => {
    const expr = parseLogql('sum by (a) (rate({a="b"} |= "c" | x > 1 [5m]))');
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value), JSON.stringify(value)).toBe(true);
      for (const inner of Object.values(value)) walk(inner);
    };
    walk(expr);
  });

  test.each([
    ['a="1" and b="2" or c="3"', '((a and b) or c)'],
    ['a="1" or b="2" and c="3"', '(a or (b and c))'],
    ['a="1" and b="2" and c="3"', '((a and b) and c)'],
    ['a="1", b="2" or c="3"', '(a and (b or c))'],
    ['a="1" b="2" or c="3"', '(a and (b or c))'],
    ['a="1" and b="2", c="3" or d="4"', '(a and (b and (c or d)))'],
    ['a="1" or b="2", c="3"', '(a or (b and c))'],
    ['(a="1" or b="2") c="3"', '((a or b) and c)'],
  ])('conditions: %s', (text, shape) => {
    expect(shapeOf(filterOf(text))).toBe(shape);
  });

  test.each([
    ['x > 5', { kind: 'number', op: '>', value: 5 }],
    ['x = 5', { kind: 'number', op: '==', value: 5 }],
    ['x != -.5', { kind: 'number', op: '!=', value: -0.5 }],
    ['x <= 250ms', { kind: 'duration', op: '<=', value: 250e6 }],
    ['x < 2.5KiB', { kind: 'bytes', op: '<', value: 2560 }],
    ['x = ip("::1")', { kind: 'ip', op: '=', value: '::1' }],
    ['x != "y"', { kind: 'string', matcher: { type: '!=', name: 'x', value: 'y' } }],
  ])('a condition: %s', (text, expected) => {
    expect(filterOf(text)).toMatchObject(expected);
  });
});

describe('metric queries', () => {
  const plain = treeOf('rate({a="b"} | json [5m] offset 1m)');

  test.each([
    'rate(({a="b"} | json)[5m] offset 1m)',
    'rate({a="b"}[5m] offset 1m | json)',
    'rate(({a="b"}[5m] offset 1m | json))',
    'rate((({a="b"} | json)[5m] offset 1m))',
    '(rate({a="b"} | json [5m] offset 60s))',
    '{a="b"} | json | rate([5m] offset 1m)',
  ])('the range in another place: %s', (query) => {
    expect(treeOf(query)).toEqual(plain);
  });

  test('unwrap, its conversion and the filters behind it', () => {
    const expr = parseLogql('max_over_time({a="b"} | json | unwrap duration(x) | x > 1 | __error__="" [5m]) by (c)');
    const { over, grouping } = expr as RangeAggregation;
    expect(over.unwrap).toMatchObject({ label: 'x', conversion: 'duration' });
    expect(over.unwrap?.filters.map(shapeOf)).toEqual(['x', '__error__']);
    expect(grouping).toEqual({ without: false, labels: ['c'] });
    expect(over).toMatchObject({ rangeMs: 300_000, offsetMs: 0 });
  });

  test.each([
    ['1 + 2 * 3 ^ 2', 19],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', 4],
    ['1 - -1', 2],
    ['10 % 0', Number.NaN],
    ['1 > bool 0', 1],
    ['0x1p3', 8],
    ['1e3', 1000],
  ])('numbers are folded: %s', (query, value) => {
    expect(parseLogql(query)).toMatchObject({ kind: 'number', value });
  });

  test('operators bind as in PromQL, and say what they match', () => {
    const a = 'sum(rate({a="1"}[1m]))';
    expect(treeOf(`${a} + ${a} * ${a}`)).toMatchObject({ op: '+', right: { op: '*' } });
    expect(treeOf(`${a} - ${a} - ${a}`)).toMatchObject({ op: '-', left: { op: '-' } });
    expect(treeOf(`${a} ^ ${a} ^ ${a}`)).toMatchObject({ op: '^', right: { op: '^' } });
    expect(treeOf(`${a} > bool on (x, y) group_left (z) ${a}`)).toMatchObject({
      op: '>',
      returnBool: true,
      matching: { card: 'many-to-one', on: true, labels: ['x', 'y'], include: ['z'] },
    });
    expect(treeOf(`${a} unless ignoring (x) ${a}`)).toMatchObject({ matching: { card: 'many-to-many', on: false } });
    expect(treeOf(`${a} / ${a}`)).not.toHaveProperty('matching');
  });

  test('aggregations group before and behind, variants and the rest are read', () => {
    expect(treeOf('topk by (x) (3, rate({a="b"}[1m]))')).toEqual(treeOf('topk(3, rate({a="b"}[1m])) by (x)'));
    expect(treeOf('variants(rate({a="b"}[1m]), count_over_time({a="b"}[1m])) of ({a="b"} | json [1m])')).toMatchObject({
      kind: 'variants',
      variants: [{ func: 'rate' }, { func: 'count_over_time' }],
      over: { rangeMs: 60_000, selector: { stages: [{ kind: 'json' }] } },
    });
    expect(treeOf('label_replace(vector(0), "d", "r", "s", ".*")')).toMatchObject({
      kind: 'labelReplace',
      destination: 'd',
      replacement: 'r',
      source: 's',
      regex: '.*',
    });
  });

  test('places are those of the text', () => {
    const query = 'sum(rate({a="b"} | json [5m])) / 2';
    const expr = parseLogql(query);
    if (expr.kind !== 'binary' || expr.left.kind !== 'vectorAggregation') throw new Error('another tree');
    const inner = expr.left.expr as RangeAggregation;
    const parts = [expr, expr.left, inner, inner.over, inner.over.selector].map(({ range }) => range);
    expect(parts.map(({ from, to }) => query.slice(from, to))).toEqual([
      query,
      'sum(rate({a="b"} | json [5m]))',
      'rate({a="b"} | json [5m])',
      '{a="b"} | json [5m]',
      '{a="b"} | json',
    ]);
  });
});

describe('the postfix form', () => {
  test.each([
    [
      '{a="b"} | json | unwrap x | quantile_over_time(0.99, [5m])',
      'quantile_over_time(0.99, {a="b"} | json | unwrap x [5m])',
    ],
    ['{a="b"} | count_over_time([5m])', 'count_over_time({a="b"}[5m])'],
    [
      '{a="b"} | unwrap bytes(x) | x > 1 | max_over_time([5m]) by (c)',
      'max_over_time({a="b"} | unwrap bytes(x) | x > 1 [5m]) by (c)',
    ],
    [
      '{a="b"} |= "e" | rate([5m]) | sum by (c) | topk(3) | sort_desc',
      'sort_desc(topk(3, sum by (c) (rate({a="b"} |= "e" [5m]))))',
    ],
    ['{a="b"} | rate([1m]) | topk(3) by (c) | max()', 'max(topk by (c) (3, rate({a="b"}[1m])))'],
    ['sum by (c) ({a="b"} | rate([1m])) > 5', 'sum by (c) (rate({a="b"}[1m])) > 5'],
    ['({a="b"} | rate([1m] offset 1h)) / {a="b"} | rate([1m])', 'rate({a="b"}[1m] offset 1h) / rate({a="b"}[1m])'],
  ])('%s', (postfix, prefix) => {
    expect(treeOf(postfix)).toEqual(treeOf(prefix));
  });

  test.each([
    ['{a="b"} | unwrap x', 'parse error at line 1, col 11: syntax error: unexpected unwrap'],
    ['{a="b"} | unwrap x | json', 'parse error at line 1, col 11: syntax error: unexpected unwrap'],
    ['{a="b"} | sum by (x)', 'parse error at line 1, col 11: syntax error: unexpected SUM'],
    [
      '{a="b"} | rate(5m)',
      'parse error at line 0, col 16: syntax error: unexpected DURATION, expecting NUMBER or RANGE',
    ],
    ['{a="b"} | rate([5m]) | json', 'parse error at line 1, col 24: syntax error: unexpected json'],
    ['{a="b"} | sum_over_time([5m])', 'parse error : invalid aggregation sum_over_time without unwrap'],
    ['rate({a="b"} | rate([5m]) [5m])', 'parse error at line 1, col 16: syntax error: unexpected RATE'],
  ])('what is wrong with %s', (query, message) => {
    expect(failureOf(query).message).toBe(message);
  });

  const seed = new URL('../../../../../shared/seed/loki-queries.logql', import.meta.url);
  test.skipIf(!existsSync(seed))('the queries of the seed (skipped where they are not there)', () => {
    const lines = readFileSync(seed, 'utf8').split('\n');
    const queries = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
    expect(queries.length).toBeGreaterThan(3);
    for (const query of queries) expect(parseLogql(query).kind, query).toMatch(/logSelector|rangeAggregation/);
  });
});

describe('errors', () => {
  test.each([
    ['', 'parse error : syntax error: unexpected $end'],
    ['{', 'parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }'],
    ['{a', 'parse error at line 1, col 3: syntax error: unexpected $end, expecting = or =~ or !~ or !='],
    ['{a-b="c"}', 'parse error at line 1, col 3: syntax error: unexpected -, expecting = or =~ or !~ or !='],
    ['{a=~"("}', 'parse error : error parsing regexp: missing closing ): `(`'],
    ['{a="b"}\n|= |~ "c"', 'parse error at line 0, col 4: syntax error: unexpected |~, expecting STRING or ip'],
    ['{a="b"}\n|= ("c")', 'parse error at line 2, col 4: syntax error: unexpected (, expecting STRING or ip'],
    ['rate({a="b"})', 'parse error at line 1, col 13: syntax error: unexpected )'],
    ['rate({a="b"} | unwrap x)', 'parse error at line 1, col 24: syntax error: unexpected ), expecting RANGE or |'],
    [
      'rate(({a="b"} | unwrap x',
      'parse error at line 1, col 25: syntax error: unexpected $end, expecting RANGE or ) or |',
    ],
    ['rate(({a="b"})[5m] | x)', 'parse error at line 1, col 22: syntax error: unexpected IDENTIFIER, expecting unwrap'],
    ['rate({a="b"}[5m]', 'parse error at line 1, col 17: syntax error: unexpected $end, expecting )'],
    [
      'rate({a="b"}[5m] offset 5)',
      'parse error at line 1, col 25: syntax error: unexpected NUMBER, expecting DURATION',
    ],
    ['sum(rate({a="b"}[5m])) on', 'parse error at line 1, col 24: syntax error: unexpected on'],
    ['1 + on x', 'parse error at line 1, col 8: syntax error: unexpected IDENTIFIER, expecting ('],
    ['{a="b"} | regexp ".*"', 'parse error : invalid regexp parser: at least one named capture must be supplied'],
    ['{a="b"} | regexp "(?P<a>.)(?P<a>.)"', "parse error : invalid regexp parser: duplicate extracted label name 'a'"],
    ['{a="b"} | pattern "<a><b>"', "parse error : invalid pattern parser: found consecutive capture '<a><b>'"],
    [
      'quantile_over_time({a="b"} | unwrap x [5m])',
      'parse error : parameter required for operation quantile_over_time',
    ],
    [
      'sum_over_time({a="b"}[5m]) or 1',
      'parse error : unexpected literal for right leg of logical/set binary operation (or): 1.000000',
    ],
    ['(variants(rate({a="b"}[1m])) of ({a="b"}[1m]))', 'parse error at line 1, col 46: syntax error: unexpected )'],
  ])('%s', (query, message) => {
    const error = failureOf(query);
    expect(error.message).toBe(message);
    expect(error.code).toBe('LOGQL_PARSE');
    expect(error).toBeInstanceOf(PetrelError);
  });

  test('what is wrong in meaning comes after what is wrong in form, from the outside in', () => {
    expect(failureOf('sum(1, rate({a=~".*"}[1m])').message).toContain('unexpected $end');
    expect(failureOf('sum(1, rate({a=~".*"}[1m]))').message).toContain('unsupported parameter');
    expect(failureOf('sum(rate({a="b"}[1m])) + rate({a=~".*"}[1m])').position).toEqual({ start: 30, end: 39 });
  });

  test('positions count UTF-16, columns characters', () => {
    const error = failureOf('{a="😀"} json');
    expect(error.position).toEqual({ start: 9, end: 13 });
    expect(error.column).toBe(9);
  });

  test('only lines, only matchers, only samples', () => {
    expect(failureOf('rate({a="b"}[1m])', parseLogSelector).message).toBe('only log selector is supported');
    expect(failureOf('{a="b"} | json', parseMatchers).message).toBe('only label matchers are supported');
    expect(failureOf('{a="b"}', parseMetricQuery).message).toBe('only sample expression supported');
    expect(parseMatchers('{a="b"}')).toEqual([{ type: '=', name: 'a', value: 'b' }]);
    expect(() => parseMatchers('{a=~".*"}')).toThrow('at least one regexp or equality matcher');
    expect(parseMatchers('{}', { validate: false })).toEqual([]);
  });

  test('depth and size are bounded', () => {
    const deep = 'nested more than 1000 levels deep';
    expect(failureOf('('.repeat(5000)).message).toContain(deep);
    expect(failureOf(`rate(${'('.repeat(5000)}`).message).toContain(deep);
    expect(failureOf(`vector(1)${' + vector(1)'.repeat(5000)}`).message).toContain(deep);
    expect(failureOf(`{a="b"} | ${'('.repeat(5000)}`).message).toContain(deep);
    expect(failureOf(`{a="b"} | ${'a=1 and '.repeat(5000)}a=1`).message).toContain(deep);
    expect(failureOf(`{a="b"} | ${'a=1 '.repeat(5000)}`).message).toContain(deep);
    expect(failureOf(`{a="b"} | rate([1m])${' | sum'.repeat(5000)}`).message).toContain(deep);
    expect(failureOf(`{a="${'b'.repeat(140_000)}"}`).message).toContain('input size too long');
    expect((parseLogql(`1${' + 1'.repeat(900)}`) as LogqlExpr).kind).toBe('number');
  });
});
