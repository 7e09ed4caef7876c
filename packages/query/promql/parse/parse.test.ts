import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PARSE_OPTIONS,
  MAX_EXPRESSION_DEPTH,
  type ParseOptions,
  PromqlParseError,
  parseExpr,
  parseMetricSelector,
  typeOf,
} from './index.ts';

const ALL: ParseOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};

function failure(query: string, options: ParseOptions = ALL): PromqlParseError {
  try {
    parseExpr(query, options);
  } catch (error) {
    if (error instanceof PromqlParseError) return error;
    throw error;
  }
  throw new Error(`${query} parses`);
}

describe('parseExpr', () => {
  it('gives frozen, tagged nodes with their ranges', () => {
    const expr = parseExpr('sum by (job) (rate(http_requests_total{code=~"5.."}[5m] offset 1h))', ALL);
    expect(Object.isFrozen(expr)).toBe(true);
    expect(expr).toMatchObject({
      kind: 'aggregate',
      op: 'sum',
      grouping: ['job'],
      pos: { start: 0, end: 67 },
      expr: {
        kind: 'call',
        func: 'rate',
        args: [{ kind: 'matrixSelector', range: 300_000, selector: { offset: 3_600_000 } }],
      },
    });
    expect(typeOf(expr)).toBe('vector');
  });

  it('binds operators as Prometheus does', () => {
    const shape = (query: string): string => {
      const show = (e: ReturnType<typeof parseExpr>): string =>
        e.kind === 'binary'
          ? `(${show(e.lhs)}${e.op}${show(e.rhs)})`
          : e.kind === 'unary'
            ? `(${e.op}${show(e.expr)})`
            : e.kind === 'number'
              ? `${e.value}`
              : e.kind === 'vectorSelector'
                ? e.name
                : e.kind;
      return show(parseExpr(query, ALL));
    };
    expect(shape('a or b and c == d + e * f ^ g ^ h')).toBe('(aor(band(c==(d+(e*(f^(g^h)))))))');
    expect(shape('-a ^ b * c')).toBe('((-(a^b))*c)');
    expect(shape('a ^ -b ^ c')).toBe('(a^(-(b^c)))');
    expect(shape('a - b - c')).toBe('((a-b)-c)');
    expect(shape('a </ 2 * 3')).toBe('(a</(2*3))');
    expect(shape('- - 1')).toBe('1');
  });

  it('reads what follows an offset only as far as Prometheus does', () => {
    expect(parseExpr('foo offset 1m + 1m', ALL)).toMatchObject({ kind: 'binary', lhs: { offset: 60_000 } });
    expect(parseExpr('foo offset -2 ^ 2', ALL)).toMatchObject({ kind: 'binary', op: '^', lhs: { offset: -2000 } });
    expect(parseExpr('foo offset (1m + 1m)', ALL)).toMatchObject({
      kind: 'vectorSelector',
      offset: { kind: 'durationBinary' },
    });
    expect(parseExpr('foo offset step() * 2', ALL)).toMatchObject({
      kind: 'binary',
      lhs: { offset: { func: 'step' } },
    });
  });

  it('keeps bytes that are no UTF-8', () => {
    expect(parseExpr('"a\\xc5z"', ALL)).toMatchObject({ value: 'a\udcc5z' });
    expect(parseExpr('"\\xc3\\xa9\\u00e9"', ALL)).toMatchObject({ value: 'éé' });
  });

  it('takes numbers in every notation', () => {
    const value = (text: string) => (parseExpr(text, ALL) as { value: number }).value;
    expect(['0755', '08', '0x1F', '1_000', '.5', '5.', '1e3', '1E-2', '5m', '1h30m'].map(value)).toEqual([
      493, 8, 31, 1000, 0.5, 5, 1000, 0.01, 300, 5400,
    ]);
    expect(value('NaN')).toBeNaN();
    expect(value('-iNf')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps experimental syntax behind its switches', () => {
    const message = (query: string) => failure(query, DEFAULT_PARSE_OPTIONS).message;
    expect(message('limitk(1, a)')).toContain('limitk() is experimental and must be enabled');
    expect(message('mad_over_time(a[1m])')).toContain('function "mad_over_time" is not enabled');
    expect(message('a[1m+1m]')).toContain('experimental duration expression is not enabled');
    expect(message('a[1m] anchored')).toContain('anchored modifier is experimental and not enabled');
    expect(message('a + fill(0) b')).toContain('binop fill modifiers are experimental and not enabled');
  });

  it('names the first mistake with line and column, and keeps the others', () => {
    const error = failure('sum(foo) +\n  rate(bar) + abs(1)');
    expect(error.code).toBe('PROMQL_PARSE');
    expect(error.message).toBe(
      '2:8: parse error: expected type range vector in call to function "rate", got instant vector',
    );
    expect(error.position).toEqual({ start: 18, end: 21 });
    expect(error.issues).toHaveLength(2);
    // The column counts bytes as Prometheus does, the position characters as editors do.
    const late = failure('{a="é"} + )');
    expect(late.message).toMatch(/^1:13: parse error: unexpected right parenthesis/);
    expect(late.position.start).toBe(11);
  });

  it('says what an info() selector may not be', () => {
    expect(failure('info(a, b{c="d"})').issues[0]?.message).toBe(
      'expected label selectors only, got vector selector instead',
    );
    expect(() => parseExpr('info(a, {b=~".*"})', ALL)).not.toThrow();
    expect(failure('{b=~".*"}').message).toContain('must contain at least one non-empty matcher');
  });

  it('reports a regular expression that is none', () => {
    expect(failure('a{b=~"("}').issues[0]).toMatchObject({
      message: 'error parsing regexp: missing closing ): `(`',
      position: { start: 2, end: 8 },
    });
  });

  it('reports a comma behind which no argument follows', () => {
    expect(failure('round(a, )').message).toBe('1:8: parse error: trailing commas not allowed in function call args');
    expect(failure('round(a, by_, bool 1)').message).toContain('trailing commas not allowed');
  });

  it('refuses what is nested too deeply, and takes what is merely long', () => {
    const deep = (n: number) => `${'('.repeat(n)}1${')'.repeat(n)}`;
    expect(() => parseExpr(deep(MAX_EXPRESSION_DEPTH - 10), ALL)).not.toThrow();
    for (const query of [
      deep(100_000),
      '-'.repeat(100_000),
      `a${'+a'.repeat(100_000)}`,
      `a${'[1m:]'.repeat(100_000)}`,
    ]) {
      expect(() => parseExpr(query, ALL)).toThrow(PromqlParseError);
    }
    expect(() => parseExpr(`abs(a${'{}'.repeat(100_000)}`, ALL)).toThrow(PromqlParseError);
    expect(() => parseExpr(`a${' or a'.repeat(500)}`, ALL)).not.toThrow();
    expect(() => parseExpr(`a[${'('.repeat(100_000)}`, ALL)).toThrow(PromqlParseError);
  });

  const fragments = fc.constantFrom(
    ...'sum by ( ) [ ] { } , foo "bar" =~ != == offset @ start end 5m 1h30m - + * ^ or unless on ignoring group_left'.split(
      ' ',
    ),
    ..."bool rate : 0x1f .5 1e3 step range min_of fill fill_left anchored smoothed </ >/ # \n ` ' \\ é \u{1F600} inf nan".split(
      ' ',
    ),
    '"\\x',
    '\ud800',
    ' ',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fragments, { maxLength: 25 }).map((f) => f.join('')),
  );

  it('throws nothing but PetrelError, with a range inside the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseExpr(text, ALL);
        } catch (error) {
          expect(error).toBeInstanceOf(PetrelError);
          for (const { position } of (error as PromqlParseError).issues) {
            expect(position.start).toBeGreaterThanOrEqual(0);
            expect(position.end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('parseMetricSelector', () => {
  it('takes a name, braces, or both', () => {
    expect(parseMetricSelector('up{a="b"}')).toEqual([
      { type: '=', name: 'a', value: 'b' },
      { type: '=', name: '__name__', value: 'up' },
    ]);
    expect(parseMetricSelector('{"http.requests"}')).toEqual([{ type: '=', name: '__name__', value: 'http.requests' }]);
    expect(() => parseMetricSelector('up[5m]')).toThrow(PromqlParseError);
    expect(() => parseMetricSelector('5')).toThrow(PromqlParseError);
    expect(() => parseMetricSelector('')).toThrow(PromqlParseError);
  });
});
