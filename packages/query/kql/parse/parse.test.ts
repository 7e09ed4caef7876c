import { describe, expect, it } from 'vitest';
import { type KqlNode, KqlParseError, looksLikeLucene, parseKql, parseSearch, printKql } from './index.ts';

function errorOf(text: string, parse: (text: string) => unknown = parseKql): KqlParseError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof KqlParseError) return error;
    throw error;
  }
  throw new Error(`${text} is accepted`);
}

/** Without the ranges, which the other expectations do not name. */
function bare(node: KqlNode): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) => (key === 'range' && key in Object(node) ? undefined : value)),
  );
}

describe('parseKql', () => {
  it('reads fields, lists of values, ranges and nested groups', () => {
    expect(bare(parseKql('a.b:(x or not "y z") AND n >= 5'))).toEqual({
      kind: 'and',
      parts: [
        {
          kind: 'or',
          parts: [
            { kind: 'match', field: { name: 'a.b' }, value: 'x' },
            { kind: 'not', part: { kind: 'phrase', field: { name: 'a.b' }, text: 'y z', slop: 0 } },
          ],
        },
        { kind: 'range', field: { name: 'n' }, bounds: [{ op: 'gte', value: '5' }] },
      ],
    });
    expect(bare(parseKql('items:{ name:x }'))).toMatchObject({ kind: 'nested', path: { name: 'items' } });
  });

  it('knows what stands where', () => {
    expect(parseKql('  level:ERROR  and  x ')).toMatchObject({
      range: { from: 2, to: 21 },
      parts: [{ range: { from: 2, to: 13 } }, { range: { from: 20, to: 21 } }],
    });
  });

  it('has wildcards in values and names, unless they are escaped', () => {
    expect(parseKql('mach*:a\\*b*')).toMatchObject({
      kind: 'wildcard',
      field: { name: 'mach*', pattern: ['mach', { any: 'run' }] },
      pattern: ['a*b', { any: 'run' }],
    });
    expect(parseKql('a:*').kind).toBe('exists');
    expect(parseKql('*:*').kind).toBe('all');
    expect(parseKql('').kind).toBe('all');
    expect(parseKql('*').kind).toBe('wildcard');
  });

  it('takes escaped blanks, code points and keywords literally', () => {
    expect(parseKql('a:x\\ty\\u0041 \\and b')).toMatchObject({ value: 'x\tyA and b' });
    expect(parseKql('a:"x\\"\\\\\\n"')).toMatchObject({ text: 'x"\\\n' });
  });

  it('breaks no word that ends in a keyword', () => {
    expect(parseKql('cannot connect')).toMatchObject({ value: 'cannot connect' });
    expect(parseKql('brand or band and')).toMatchObject({
      kind: 'or',
      parts: [{ value: 'brand' }, { value: 'band and' }],
    });
  });

  it('says in Kibana’s words what it expected, and where', () => {
    const { message, position, code } = errorOf('level:(a or )');
    expect(message).toBe('Expected "(", NOT, value but ")" found.\nlevel:(a or )\n------------^');
    expect({ position, code }).toEqual({ position: { start: 12, end: 13 }, code: 'KQL_PARSE' });
    expect(errorOf('a:').message).toContain('but end of input found.');
  });

  it('refuses what is nested too deep instead of running out of stack', () => {
    expect(errorOf('('.repeat(100_000)).message).toContain('levels deep');
    expect(parseKql(`${'('.repeat(400)}a${')'.repeat(400)}`).kind).toBe('match');
  });

  it('gives frozen trees', () => {
    const node = parseKql('a:b* and c >= 1');
    expect(Object.isFrozen(node)).toBe(true);
    expect(
      node.kind === 'and' && node.parts.every((part) => Object.isFrozen(part) && Object.isFrozen(part.range)),
    ).toBe(true);
  });
});

describe('parseSearch', () => {
  it.each([
    ['level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]', 'lucene'],
    ['duration:>1000 AND service:"order-service"', 'lucene'],
    ['trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"', 'kql'],
    ['a:{1 TO 5}', 'lucene'],
    ['_exists_:a', 'lucene'],
    ['path:/api/* and a:[x]', 'kql'],
    ['is it ok? -x', 'kql'],
    ['"a b"~2', 'lucene'],
  ] as const)('%s is read as %s', (text, language) => {
    expect(parseSearch(text).language).toBe(language);
  });

  it('mixes KQL’s keywords with Lucene’s comparisons', () => {
    expect(printKql(parseSearch('d:>1000 and not s:[1 TO *] or _exists_:x').node)).toBe(
      'd > "1000" and not s >= "1" or x: *',
    );
  });

  it('gives KQL’s error where Lucene would only find words', () => {
    expect(errorOf('response:200 and not ', parseSearch).message).toMatch(/^Expected "\(", field name, value but/);
  });

  it('leaves comments out, and places as they are', () => {
    expect(parseSearch('# 查询慢请求(耗时>1s)').node.kind).toBe('all');
    expect(parseSearch('# errors:\nlevel:ERROR').node).toMatchObject({ kind: 'match', range: { from: 10, to: 21 } });
    expect(parseSearch('#general').node).toMatchObject({ value: '#general' });
  });

  it('reads Lucene alone where it is asked to', () => {
    expect(parseSearch('a b', 'lucene').node.kind).toBe('or');
    expect(errorOf('a:(b', (text) => parseSearch(text, 'lucene')).position).toEqual({ start: 4, end: 4 });
  });
});

it.each([
  'a: b',
  'a: "b \\"c"',
  'a: b* and not (c or d: *)',
  '(a or b) and c',
  'n: { x: 1 and y: "2" }',
  'a\\:b: c\\*d',
  'x >= "1"',
  '*:*',
])('printKql writes %s as it was read', (text) => {
  expect(printKql(parseKql(text))).toBe(text);
});

it.each([
  ['bar: [1 TO 10]', true],
  ['_exists_: bar', true],
  ['bar: ba?', true],
  ['bar: /ba.*/', true],
  ['bar: ba~', true],
  ['bar: "ba"~2', true],
  ['bar: ba^2', true],
  ['+foo: bar', true],
  ['-foo: bar', true],
  ['foo: bar && baz: qux', true],
  ['foo: bar || baz: qux', true],
  ['!bar', true],
  ['bar < 1', false],
  ['bar:*', false],
  ['bar: ba*', false],
  ['bar: "x? [1 TO 2]"', false],
  ['a-b:c-d and n:-5', false],
])('looksLikeLucene(%s) is %s', (text, expected) => {
  expect(looksLikeLucene(text)).toBe(expected);
});
