import type { LineInput } from '@petrel/query/logql/exec/pipeline.ts';
import type { Stage } from '@petrel/query/logql/parse/ast.ts';
import { parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import fc from 'fast-check';

/** Words that queries and lines share, so that filters hit and miss. */
const WORDS = ['error', 'INFO', 'a', '42', '5s', '3kB', 'x/y', 'a b', 'é', '10.0.0.7', "it's", 'café'] as const;
const NAMES = ['level', 'app', 'trace_id', 'msg', 'n', 'detected_level', 'level_extracted', 'fields_n'] as const;

const word = fc.constantFrom(...WORDS);
const name = fc.constantFrom(...NAMES);

/** As LogQL writes a string. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

const operand = fc.oneof(word, fc.constantFrom('', 'e', '10.', '\\'));
const regex = fc.constantFrom(
  'err|INFO',
  '(?i)ERROR',
  'a.*b',
  '^\\{',
  '[0-9]+s',
  '.*error.*',
  'x\\/y',
  'lev+el',
  'k?B',
  '',
);
const lineStage = fc.oneof(
  fc
    .tuple(fc.constantFrom('|=', '!='), fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([op, texts]) => `${op} ${texts.map(quoted).join(' or ')}`),
  fc
    .tuple(fc.constantFrom('|~', '!~'), fc.array(regex, { minLength: 1, maxLength: 2 }))
    .map(([op, texts]) => `${op} ${texts.map(quoted).join(' or ')}`),
  fc.constantFrom(
    '|= ip("10.0.0.0/8")',
    '!= ip("10.0.0.7")',
    '|= ip("10.0.0.7") or "error"',
    '|> "<_>error<_>"',
    '!> "<_>a<_>"',
  ),
);
const comparison = fc.oneof(
  fc
    .tuple(name, fc.constantFrom('=', '!=', '=~', '!~'), word)
    .map(([label, op, text]) => `${label}${op}${quoted(text)}`),
  fc.tuple(name, fc.constantFrom('=~', '!~'), regex).map(([label, op, text]) => `${label}${op}${quoted(text)}`),
  fc.constantFrom('n > 3', 'n == 42', 'msg > 1s', 'level >= 1KB', '__error__=""', 'msg = ip("10.0.0.0/8")', 'level=""'),
);
const labelStage = fc.oneof(
  comparison.map((text) => `| ${text}`),
  fc.tuple(comparison, fc.constantFrom('and', 'or'), comparison).map((parts) => `| ${parts.join(' ')}`),
);
const otherStage = fc.constantFrom(
  '| json',
  '| json level="fields.level", n="n"',
  '| logfmt',
  '| logfmt --strict',
  '| logfmt level="msg"',
  '| pattern "<level> <msg>"',
  '| regexp "(?P<msg>[a-z]+)=(?P<n>[0-9]+)"',
  '| unpack',
  '| decolorize',
  '| line_format "{{.msg}} {{.level}}"',
  '| line_format "{{ __line__ | upper }}"',
  '| label_format level="{{.msg}}"',
  '| label_format level=msg, n="{{.level}}"',
  '| label_format msg="{{ .n | duration }}"',
  '| drop level, app="x"',
  '| keep level, msg=~".+"',
  '| distinct level',
);

/** A filter behind what gives its label a value, and sometimes behind what changes the line first. */
const parsedFilter = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '| line_format "level=error msg=a"',
      '| label_format level="error"',
      '| unpack',
      '| drop level',
    ),
    fc.constantFrom(
      '| json',
      '| json',
      '| logfmt',
      '| json level="level", msg="fields.msg"',
      '| pattern "<_>=<level>"',
      '',
    ),
    fc.constantFrom('', '| label_format level="error"', '| label_format msg=level', '| line_format "{{.msg}}"'),
    fc.constantFrom('level', 'msg', 'fields_level', 'level_extracted', 'detected_level'),
    fc.constantFrom('=', '=~'),
    fc.constantFrom('error', 'error', 'x/y', 'a b', 'é', "it's", 'info'),
  )
  .map(([before, parser, after, label, op, text]) => `${before} ${parser} ${after} | ${label}${op}${quoted(text)}`);

/** Stages of a query, as text and as what they parse to. */
export const pipelines: fc.Arbitrary<{ readonly text: string; readonly stages: readonly Stage[] }> = fc
  .oneof(
    fc.array(fc.oneof(lineStage, labelStage, otherStage), { maxLength: 4 }),
    parsedFilter.map((text) => [text]),
    fc.array(lineStage, { maxLength: 2 }),
  )
  .map((stages) => {
    const text = stages.join(' ');
    return { text, stages: parseLogSelector(`{a="b"} ${text}`, { validate: false }).stages };
  });

const pairs = fc.array(
  fc.oneof(
    fc.tuple(name, fc.oneof(word, fc.nat(100).map(String))),
    fc.tuple(fc.constantFrom('level', 'msg'), fc.constantFrom('error', 'x/y', 'a b', 'é', "it's")),
  ),
  { maxLength: 5 },
);

/** Lines of JSON, logfmt and text, some of them broken, some with escapes where none are needed. */
export const lines: fc.Arbitrary<string> = fc
  .oneof(
    pairs.map((all) => JSON.stringify(Object.fromEntries(all))),
    pairs.map((all) => JSON.stringify({ fields: Object.fromEntries(all), _entry: 'level=error' })),
    pairs.map((all) =>
      JSON.stringify(Object.fromEntries(all))
        .replaceAll('e', '\\u0065')
        .replaceAll('/', '\\/')
        .replaceAll('é', '\\u00e9'),
    ),
    pairs.map((all) =>
      all.map(([key, value]) => `${key}=${/[ "]/.test(value) ? JSON.stringify(value) : value}`).join(' '),
    ),
    fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
    fc.string({ maxLength: 30 }),
  )
  .chain((line) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(line) },
      { weight: 1, arbitrary: fc.nat(line.length).map((at) => line.slice(0, at)) },
    ),
  );

/** Metadata as a source gives it: sorted by name. */
export const metadata: fc.Arbitrary<LineInput['metadata']> = fc
  .dictionary(fc.constantFrom('trace_id', 'level', 'msg', 'app', 'detected_level'), word, { maxKeys: 3 })
  .map((record) =>
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat(),
  );
