import { expect, test } from 'vitest';
import { parseLogSelector } from '../parse/index.ts';
import { requiredText } from './push-line-filter.ts';
import { pushedPredicate } from './pushed-predicate.ts';

function pushed(text: string, names?: readonly string[]) {
  const { stages } = parseLogSelector(`{a="b"} ${text}`, { validate: false });
  return pushedPredicate(stages, names === undefined ? {} : { streamLabelNames: new Set(names) });
}

const has = (text: string) => ({ kind: 'line', op: 'contains', text });

test('line filters are tested by the store', () => {
  expect(pushed('')).toEqual({ exact: true });
  expect(pushed('|= "a" |= "b"')).toEqual({ predicate: { kind: 'and', parts: [has('a'), has('b')] }, exact: true });
  expect(pushed('|= "a" or "b"')).toEqual({ predicate: { kind: 'or', parts: [has('a'), has('b')] }, exact: true });
  expect(pushed('!= "a"')).toEqual({ predicate: { kind: 'not', part: has('a') }, exact: true });
  expect(pushed('|~ "a|b"')).toEqual({ predicate: { kind: 'or', parts: [has('a'), has('b')] }, exact: true });
  expect(pushed('|~ "(?i)err"')).toEqual({ predicate: { ...has('err'), ignoreCase: true }, exact: true });
  expect(pushed('|~ "user \\\\d+"').predicate).toEqual({
    kind: 'and',
    parts: [has('user '), { kind: 'line', op: 'matches', text: 'user \\d+' }],
  });
});

test('patterns and addresses narrow, but do not decide', () => {
  expect(pushed('|> "<_>a<_>b"')).toEqual({ predicate: { kind: 'and', parts: [has('a'), has('b')] }, exact: false });
  expect(pushed('|= ip("10.1.0.0/16")')).toEqual({ predicate: has('10.1.'), exact: false });
  expect(pushed('!> "<_>a"')).toEqual({ exact: false });
});

test('behind a stage that changes the line nothing is known', () => {
  expect(pushed('| line_format "x" |= "a"')).toEqual({ exact: false });
  expect(pushed('|= "b" | decolorize |= "a"')).toEqual({ predicate: has('b'), exact: false });
});

test('labels are metadata only where streams do not have them', () => {
  expect(pushed('| id="x"')).toEqual({ exact: false });
  expect(pushed('| id="x"', ['id'])).toEqual({ exact: false });
  const predicate = { kind: 'metadata', name: 'id', op: '!~', value: 'x.*' };
  expect(pushed('| id!~"x.*"', ['app'])).toEqual({ predicate, exact: true });
});

test('a value that a parser finds stands in the line or in metadata', () => {
  expect(pushed('| json | id="ab/cde"', ['app'])).toEqual({
    predicate: {
      kind: 'or',
      parts: [{ kind: 'metadata', name: 'id', op: '=', value: 'ab/cde' }, has('cde'), has('\\u')],
    },
    exact: false,
  });
  expect(pushed('| json | label_format id="x" | id="x"', ['app'])).toEqual({ exact: false });
  expect(pushed('| json | n > 5', ['app'])).toEqual({ exact: false });
});

test('the level is that of the metadata, or of the column', () => {
  const absent = { kind: 'metadata', name: 'detected_level', op: '=', value: '' };
  expect(pushed('| detected_level="error"', ['app'])).toEqual({
    predicate: {
      kind: 'or',
      parts: [
        {
          kind: 'and',
          parts: [
            { kind: 'not', part: absent },
            { ...absent, value: 'error' },
          ],
        },
        { kind: 'and', parts: [absent, { kind: 'level', levels: ['error'] }] },
      ],
    },
    exact: true,
  });
});

test.each([
  ['user \\d+ logged', ' logged'],
  ['abc?def*', 'ab'],
  ['a\\.b\\[c', 'a.b[c'],
  ['[abc]+xyz', 'xyz'],
  ['(abc)', ''],
  ['ab{2,3}cde', 'cde'],
  ['ab+c', 'ab'],
  ['\\x41bc', ''],
])('%s needs %s', (pattern, text) => {
  expect(requiredText(pattern)).toBe(text);
});
