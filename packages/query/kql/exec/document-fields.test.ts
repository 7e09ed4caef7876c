import { Labels } from '@petrel/model';
import { expect, it } from 'vitest';
import { documentFields } from './document-fields.ts';

it('gives labels, metadata and what is in a JSON body, with paths and types', () => {
  const line = '{"a":{"b":1,"c.d":"2"},"l":[true,{"x":"1.5s"}],"s":"10KB","n":null,"e":"","t":"word"}';
  const fields = [...documentFields(line, Labels.of({ env: 'prod' }), ['user_id', '7'])];
  expect(fields.map(({ name, from, value, type }) => [name, from, value, type])).toEqual([
    ['env', 'stream', 'prod', 'string'],
    ['user_id', 'metadata', '7', 'number'],
    ['a.b', 'line', 1, 'number'],
    ['a.c.d', 'line', '2', 'number'],
    ['l', 'line', true, 'boolean'],
    ['l.x', 'line', '1.5s', 'duration'],
    ['s', 'line', '10KB', 'bytes'],
    ['t', 'line', 'word', 'string'],
  ]);
});

it('gives the pairs of a logfmt body, and nothing of other texts', () => {
  const of = (line: string) =>
    [...documentFields(line, Labels.EMPTY, Labels.EMPTY)].map(({ name, value }) => [name, value]);
  expect(of('ts=1 msg="a \\"b\\" c" http.path=/x empty= x:y=2')).toEqual([
    ['ts', '1'],
    ['msg', 'a "b" c'],
    ['http.path', '/x'],
    ['y', '2'],
  ]);
  expect(of('plain text, {not json}')).toEqual([]);
  expect(of('[1, 2]')).toEqual([]);
});
