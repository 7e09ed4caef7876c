import type { LogLineView } from '@petrel/api/contract/logs.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needlesOf, segmentsOf } from './highlight-words.ts';
import { flattenDocument, jsonTokens, layOutJson } from './json-tokens.ts';
import { compactFields, fieldsOf, fieldValueOf, readLine } from './line-content.ts';
import { joinLines, keyLines } from './line-key.ts';
import { fullTime, msOf, shortTime } from './line-time.ts';
import { parseLogfmt } from './logfmt-line.ts';

const view = (part: Partial<LogLineView>): LogLineView => ({
  tsNs: '1700000000123456789',
  line: 'x',
  level: 'info',
  stream: { service: 'cart' },
  metadata: {},
  parsed: {},
  ...part,
});

describe('a document', () => {
  it('keeps every digit of its numbers, and every value under its path', () => {
    const text = '{"a":{"b":12345678901234567890,"c":[1,{"d":2}],"e":{}},"f":"x\\n","g":null,"h":true,"i":[]}';
    expect(flattenDocument(jsonTokens(text) ?? [])).toEqual([
      { name: 'a.b', value: '12345678901234567890', type: 'number' },
      { name: 'a.c', value: '[1,{"d":2}]', type: 'list' },
      { name: 'f', value: 'x\n', type: 'string' },
      { name: 'g', value: 'null', type: 'null' },
      { name: 'h', value: 'true', type: 'boolean' },
    ]);
  });

  it('is laid out as JSON.stringify does it', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(object, (value) => {
        const tokens = jsonTokens(JSON.stringify(value)) ?? [];
        const text = layOutJson(tokens)
          .map((piece) => piece.text)
          .join('');
        expect(text).toBe(JSON.stringify(JSON.parse(JSON.stringify(value)), null, 2));
        for (const field of flattenDocument(tokens)) expect(typeof field.value).toBe('string');
      }),
    );
  });

  it('is nothing else', () => {
    for (const text of ['[1]', '1', 'x {"a":1}', '{"a":', '']) expect(jsonTokens(text)).toBeUndefined();
  });
});

describe('what a line says', () => {
  it('takes the message of a document, and the fields that say more', () => {
    const line = '{"level":"ERROR","message":"refused","service":"cart","user":{"id":7},"trace_id":"ab"}';
    const content = readLine(line);
    expect(content).toMatchObject({ kind: 'json', message: 'refused', hasMessage: true });
    expect(compactFields(view({ line }), content).map(({ name, value }) => `${name}=${value}`)).toEqual(['user.id=7']);
  });

  it('reads logfmt only where all of the line is logfmt', () => {
    expect(readLine('level=info msg="it \\"works\\"" took=3ms empty=')).toMatchObject({
      kind: 'logfmt',
      message: 'it "works"',
    });
    expect(parseLogfmt('a=b some words c=d')).toBeUndefined();
    expect(parseLogfmt('a=b')).toBeUndefined();
    expect(readLine('GET /x?a=b 200')).toEqual({
      kind: 'text',
      message: 'GET /x?a=b 200',
      hasMessage: false,
      fields: [],
      tokens: [],
    });
  });

  it('finds a value wherever it stands, the line itself first', () => {
    const line = view({
      line: '{"a":{"b":1}}',
      metadata: { c: '2', 'a.b': '3' },
      parsed: { d: '4', a_b: '1', service_extracted: 'x' },
    });
    expect(['a.b', 'c', 'd', 'service', 'none'].map((name) => fieldValueOf(line, name))).toEqual([
      '1',
      '2',
      '4',
      'cart',
      '',
    ]);
    expect(fieldsOf(line).map(({ name, from }) => `${from} ${name}`)).toEqual([
      'stream service',
      'metadata c',
      'metadata a.b',
      'parsed d',
      'parsed service_extracted',
      'json a.b',
    ]);
  });
});

describe('what the query looks for', () => {
  const words = (language: 'logql' | 'kql' | 'lucene', query: string): string[] =>
    needlesOf(language, query).map((needle) => needle.text);

  it.each([
    ['logql', '{a="b"} |= "x" or `y` != "z" | json | c="d"', ['x', 'y']],
    ['logql', '{a="b"} |~ "(?i)time(out)? after \\\\d+ms|refused"', ['time', 'out', ' after ', 'ms', 'refused']],
    ['logql', 'rate({a="b"} |> "took <_> ms" [5m])', ['took', 'ms']],
    ['kql', 'level:ERROR and "connection refused" and not debug and message: time*', ['connection refused', 'time']],
    ['kql', 'duration > 100 or pay and x:>1 and @timestamp:[now-1h TO now]', ['pay']],
    ['lucene', 'user_id:"12" AND refused -noise', ['refused']],
  ] as const)('%s %s', (language, query, expected) => {
    expect(words(language, query)).toEqual(expected);
  });

  it('marks the words and leaves the text as it is', () => {
    const needles = [
      { text: 'err', ignoreCase: true },
      { text: 'rror', ignoreCase: false },
    ];
    expect(segmentsOf('An Error occurred, err', needles)).toEqual([
      { text: 'An ', hit: false },
      { text: 'Error', hit: true },
      { text: ' occurred, ', hit: false },
      { text: 'err', hit: true },
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ minLength: 1, maxLength: 2 })), (text, found) => {
        const segments = segmentsOf(
          text,
          found.map((one) => ({ text: one, ignoreCase: true })),
        );
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
      }),
    );
  });
});

describe('lines of several answers', () => {
  const at = (tsNs: string, line: string): LogLineView => view({ tsNs, line });

  it('have names of their own, also where they are equal', () => {
    const keys = keyLines([at('5', 'a'), at('5', 'a'), at('5', 'b')]).map((one) => one.key);
    expect(new Set(keys).size).toBe(3);
    expect(keyLines([at('5', 'a')])[0]?.key).toBe(keys[0]);
  });

  it('are joined at an edge of several lines of one time', () => {
    const first = [at('9', 'a'), at('5', 'a'), at('5', 'a'), at('5', 'b')];
    const next = [at('5', 'a'), at('5', 'a'), at('5', 'a'), at('5', 'b'), at('5', 'c'), at('4', 'a')];
    const lines = joinLines(first, next);
    expect(lines.map((one) => one.tsNs + one.line)).toEqual(['9a', '5a', '5a', '5b', '5a', '5c', '4a']);
  });

  it('tell their time to the nanosecond', () => {
    const tsNs = '1700000000123456789';
    expect(msOf(tsNs)).toBe(1_700_000_000_123);
    expect(shortTime(tsNs, false)).toMatch(/^\d\d:\d\d:20\.123$/);
    expect(fullTime(tsNs)).toMatch(/^2023-11-1[45] \d\d:\d\d:20\.123456789 [+-]\d\d:\d\d$/);
  });
});
