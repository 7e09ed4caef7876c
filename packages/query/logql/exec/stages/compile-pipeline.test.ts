import { Labels, PetrelError } from '@petrel/model';
import { describe, expect, test } from 'vitest';
import { parseLogSelector } from '../../parse/index.ts';
import type { Pipeline } from '../pipeline.ts';
import { compilePipeline, type PipelineOptions } from './compile-pipeline.ts';

function pipelineOf(text: string, options: PipelineOptions = {}): Pipeline {
  return compilePipeline(parseLogSelector(`{a="b"} ${text}`, { validate: false }).stages, options)();
}

interface Given {
  readonly stream?: Record<string, string>;
  readonly metadata?: readonly string[];
  readonly options?: PipelineOptions;
}

function run(text: string, line: string, { stream = {}, metadata = [], options = {} }: Given = {}) {
  const result = pipelineOf(text, options).forStream(Labels.of(stream)).process({ line, tsNs: 0n, metadata });
  return result === undefined ? undefined : { line: result.line, ...result.labels.toObject() };
}

describe('which label hides which', () => {
  const stream = { app: 'stream', tri: 'stream' };
  const metadata = ['md', 'meta', 'tri', 'meta'];

  test('extracted labels go out of the way of the stream and of metadata, metadata of the stream', () => {
    expect(run('| logfmt', 'app=line md=line tri=line own=line', { stream, metadata })).toEqual({
      line: 'app=line md=line tri=line own=line',
      ...{ app: 'stream', app_extracted: 'line' },
      ...{ md: 'meta', md_extracted: 'line' },
      ...{ tri: 'stream', tri_extracted: 'line' },
      own: 'line',
    });
  });

  test('results tell where labels come from', () => {
    const result = pipelineOf('| logfmt')
      .forStream(Labels.of(stream))
      .process({ line: 'own=line', tsNs: 0n, metadata });
    expect(result?.stream.toObject()).toEqual(stream);
    expect(result?.metadata.toObject()).toEqual({ md: 'meta', tri_extracted: 'meta' });
    expect(result?.parsed.toObject()).toEqual({ own: 'line' });
  });

  test('of two parsers the first counts, even where its label was dropped since', () => {
    expect(run('| json | logfmt', '{"a":"a=2"}')).toMatchObject({ a: 'a=2' });
    expect(run('| json | line_format "a=2" | logfmt', '{"a":1}')).toEqual({ line: 'a=2', a: '1' });
    expect(run('| json | drop a | line_format "a=2" | logfmt', '{"a":1}')).toEqual({ line: 'a=2' });
  });

  test('label_format stands over all', () => {
    expect(run('| label_format app="x", md="y"', '', { stream, metadata })).toMatchObject({ app: 'x', md: 'y' });
    expect(run('| label_format new=app', '', { stream })).toEqual({ line: '', new: 'stream', tri: 'stream' });
  });

  test('a dropped label of the stream still pushes extracted ones aside', () => {
    expect(run('| drop app | logfmt', 'app=line', { stream })).toMatchObject({ app_extracted: 'line' });
  });

  test('a line without labels of its own has those of its stream, the same object', () => {
    const labels = Labels.of(stream);
    const result = pipelineOf('| json | x=""').forStream(labels).process({ line: '{}', tsNs: 0n, metadata: [] });
    expect(result?.labels).toBe(labels);
  });
});

describe('errors', () => {
  test('of json keep the line, what stood before the mistake, and say what is wrong', () => {
    expect(run('| json', '{"a":1,"b":x}')).toEqual({
      line: '{"a":1,"b":x}',
      a: '1',
      __error__: 'JSONParserErr',
      __error_details__: 'Unknown value type',
    });
  });

  test('are dropped by filters on __error__ alone', () => {
    expect(run('| json | __error__=""', 'text')).toBeUndefined();
    expect(run('| json | __error__!=""', 'text')).toMatchObject({ __error__: 'JSONParserErr' });
    expect(run('| json | drop __error__, __error_details__', 'text')).toEqual({ line: 'text' });
  });

  test('of conversions keep the line through and leave an earlier error as it is', () => {
    expect(run('| logfmt | n > 5', 'n=x')).toMatchObject({ __error__: 'LabelFilterErr' });
    expect(run('| logfmt --strict | n > 5', 'n=x "')).toMatchObject({ __error__: 'LogfmtParserErr' });
    expect(run('| n > 5', 'text')).toBeUndefined();
  });

  test('of a left operand count where the right one fails', () => {
    expect(run('| logfmt | (n > 5 and m="2") or m="1"', 'n=x m=1')).toMatchObject({ __error__: 'LabelFilterErr' });
  });

  test('of templates leave the line', () => {
    const result = run('| line_format "{{ .a | duration }}"', 'text', { stream: { a: 'x' } });
    expect(result).toMatchObject({ line: 'text', __error__: 'TemplateFormatErr' });
    expect(result).toHaveProperty('__error_details__', expect.stringContaining('time: invalid duration "x"'));
  });

  test('come with a mark where a query that needs few labels asks for them', () => {
    const options = { needed: new Set(['app']) };
    expect(run('| json | __error__!=""', 'text', { options })).toHaveProperty('__preserve_error__', 'true');
    expect(run('| json', 'text', { options })).not.toHaveProperty('__preserve_error__');
    expect(run('| json | __error__!=""', 'text')).not.toHaveProperty('__preserve_error__');
  });
});

describe('stages', () => {
  test('json keeps numbers and booleans as they are written', () => {
    const line = '{"n":1.50e3,"b":false,"big":12345678901234567890,"null":null,"list":[1],"o":{"k-1":"a\\tb"}}';
    expect(run('| json', line)).toEqual({ line, n: '1.50e3', b: 'false', big: '12345678901234567890', o_k_1: 'a\tb' });
  });

  test('json expressions look into objects and arrays', () => {
    const line = '{"a":{"b":[{"c d":1},{"c d":2}]},"s":"x\\ny"}';
    const text = String.raw`| json one="a.b[1][\"c d\"]", list="a.b", none="a.x", s`;
    expect(run(text, line)).toEqual({ line, one: '2', list: '[{"c d":1},{"c d":2}]', s: 'x\ny' });
  });

  test('logfmt expressions rename, and seed what is not there', () => {
    const line = 'b_c=4 x=3';
    expect(run('| logfmt a="b_c", y', line)).toEqual({ line, a: '4' });
    expect(run('| logfmt a="x", b="x"', line)).toEqual({ line, a: '3' });
  });

  test('distinct looks at each label for itself', () => {
    const stream = pipelineOf('| logfmt | distinct a, b').forStream(Labels.EMPTY);
    const passes = (line: string) => stream.process({ line, tsNs: 0n, metadata: [] }) !== undefined;
    expect(['a=1 b=1', 'a=1 b=2', 'a=2 b=1', 'a=3', 'a=4 b=2', 'a=2 b=3'].map(passes)).toEqual([
      ...[true, false, false, false, true, false],
    ]);
  });

  test('distinct forgets with the run', () => {
    const { stages } = parseLogSelector('{a="b"} | logfmt | distinct a', { validate: false });
    const make = compilePipeline(stages);
    for (let i = 0; i < 2; i++) {
      const stream = make().forStream(Labels.EMPTY);
      expect(stream.process({ line: 'a=1', tsNs: 0n, metadata: [] })).toBeDefined();
      expect(stream.process({ line: 'a=1', tsNs: 0n, metadata: [] })).toBeUndefined();
    }
  });

  test('templates of one label_format see the labels before it, renaming takes effect', () => {
    expect(run('| label_format a="{{.b}}", b="{{.a}}"', '', { stream: { a: '1', b: '2' } })).toEqual({
      line: '',
      a: '2',
      b: '1',
    });
    expect(run('| label_format c=a, d="{{.c}}{{.a}}"', '', { stream: { a: '1' } })).toEqual({
      line: '',
      c: '1',
      d: '1',
    });
  });

  test('decolorize takes escape sequences away', () => {
    expect(run('| decolorize', '\u001b[1;31mred\u001b[0m \u001b]0;title\u0007text')).toEqual({ line: 'red text' });
  });

  test('hostile lines are no trouble', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect(run('| json', deep)).toEqual({ line: deep });
    expect(run('| json x="a.a.a"', deep)).toHaveProperty('x');
    const coloured = `\u001b${';'.repeat(200_000)}`;
    expect(run('| decolorize', coloured)).toEqual({ line: coloured });
    const blank = `{"a${' '.repeat(200_000)}b":1}`;
    expect(Object.values(run('| json', blank) ?? {})).toContain('1');
  });

  test('keys without end do not pile up', () => {
    const stream = pipelineOf('| json').forStream(Labels.EMPTY);
    for (let i = 0; i < 40_000; i++) {
      const result = stream.process({ line: `{"id_${i}":${i},"same":1}`, tsNs: 0n, metadata: [] });
      if (i % 5000 === 0) expect(result?.labels.toObject()).toEqual({ [`id_${i}`]: String(i), same: '1' });
    }
  });
});

test('what cannot run is refused when it is compiled', () => {
  const message = (text: string): string => {
    try {
      pipelineOf(text);
      return '';
    } catch (error) {
      expect(error).toBeInstanceOf(PetrelError);
      expect(error).toHaveProperty('code', 'LOGQL_PARSE');
      return (error as PetrelError).message;
    }
  };
  expect(message('| json a="b["')).toContain('cannot parse expression [b[]: syntax error: unexpected $end');
  expect(message('|= ip("1.2.3.4 - 1.2.3.5")')).toContain('ip: invalid pattern: "1.2.3.4 - 1.2.3.5"');
  expect(message('| line_format "{{ .a | nothing }}"')).toContain('invalid line template');
  expect(message('| label_format a="{{"')).toContain("invalid template for label 'a'");
  expect(message('|> "<a> b"')).toContain("named captures are not allowed: found '<a>'");
});
