import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterPath } from './filter-path.ts';
import { matchesWildcard } from './wildcard.ts';

const answer = {
  took: 3,
  errors: true,
  items: [
    { index: { _id: 'a', status: 201 } },
    { create: { _id: 'b', status: 400, error: { type: 't', reason: 'r' } } },
  ],
};

describe('filterPath', () => {
  it.each<[string, unknown]>([
    ['took', { took: 3 }],
    ['took, errors', { took: 3, errors: true }],
    ['items.*.error', { items: [{ create: { error: { type: 't', reason: 'r' } } }] }],
    ['items.*.status', { items: [{ index: { status: 201 } }, { create: { status: 400 } }] }],
    ['items.create.error.type', { items: [{ create: { error: { type: 't' } } }] }],
    ['**.reason', { items: [{ create: { error: { reason: 'r' } } }] }],
    ['items.cre*._id', { items: [{ create: { _id: 'b' } }] }],
    ['-items', { took: 3, errors: true }],
    ['items,-items.*.error,-**._id', { items: [{ index: { status: 201 } }, { create: { status: 400 } }] }],
    ['nothing', undefined],
    ['took.deeper', undefined],
  ])('%s', (filters, expected) => expect(filterPath(answer, filters)).toEqual(expected));

  it('keeps everything for ** and never fails', () => {
    expect(filterPath(answer, '**')).toEqual(answer);
    fc.assert(fc.property(fc.jsonValue(), fc.string(), (value, filters) => void filterPath(value, filters)));
  });
});

describe('matchesWildcard', () => {
  it.each<[string, string, boolean]>([
    ['*', '', true],
    ['a*', 'ab', true],
    ['a*b*c', 'axbxc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a', 'ab', false],
    ['*a', 'ba', true],
  ])('%s and %s: %s', (pattern, name, matches) => expect(matchesWildcard(pattern, name)).toBe(matches));
});
