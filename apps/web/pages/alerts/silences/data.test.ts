import type { Matcher } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import type { GettableSilence } from '../alertmanager/api.ts';
import type { SilenceDraft } from './data.ts';
import {
  countSilences,
  draftProblems,
  fromMatcher,
  labelSuggestions,
  silenceMatches,
  sortSilences,
  toMatcher,
  toPostable,
} from './data.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const silence = (id: string, state: 'active' | 'pending' | 'expired', endsInMs: number): GettableSilence => ({
  id,
  status: { state },
  matchers: [{ name: 'alertname', value: 'Disk.*', isRegex: true, isEqual: true }],
  startsAt: new Date(now).toISOString(),
  endsAt: new Date(now + endsInMs).toISOString(),
  updatedAt: new Date(now).toISOString(),
  createdBy: 'ada',
  comment: 'Disk exchange',
});
const draft: SilenceDraft = {
  id: undefined,
  matchers: [{ name: 'alertname', type: '=', value: 'X' }],
  startsAtMs: undefined,
  endsAtMs: now + 3_600_000,
  author: 'ada',
  comment: 'why',
};

describe('silences', () => {
  it('turns matchers into the form of the API and back', () => {
    for (const type of ['=', '!=', '=~', '!~'] as const) {
      const matcher: Matcher = { name: 'a', type, value: 'b' };
      expect(toMatcher(fromMatcher(matcher))).toEqual(matcher);
    }
    expect(toMatcher({ name: 'a', value: 'b', isRegex: false }).type).toBe('=');
  });

  it('puts what ends first before the rest', () => {
    const list = [silence('old', 'expired', -5), silence('late', 'active', 20), silence('soon', 'active', 10)];
    expect(sortSilences(list).map(({ id }) => id)).toEqual(['soon', 'late', 'old']);
    expect(countSilences(list)).toEqual({ active: 2, pending: 0, expired: 1 });
  });

  it('finds silences by matcher, author and comment', () => {
    expect(silenceMatches(silence('a', 'active', 1), 'ada disk')).toBe(true);
    expect(silenceMatches(silence('a', 'active', 1), 'alertname=~"disk.*"')).toBe(true);
    expect(silenceMatches(silence('a', 'active', 1), 'bob')).toBe(false);
  });
});

describe('the draft', () => {
  it('may be sent when it is whole', () => {
    expect(draftProblems(draft, now)).toEqual([]);
    expect(toPostable({ ...draft, comment: ' why ' }, now)).toEqual({
      matchers: [{ name: 'alertname', value: 'X', isRegex: false, isEqual: true }],
      startsAt: '2026-11-22T10:00:00.000Z',
      endsAt: '2026-11-22T11:00:00.000Z',
      createdBy: 'ada',
      comment: 'why',
    });
  });

  it('says what is missing', () => {
    expect(draftProblems({ ...draft, matchers: [{ name: '', type: '=', value: '' }] }, now)).toEqual(['matchers']);
    expect(draftProblems({ ...draft, matchers: [{ name: 'a', type: '!=', value: 'b' }] }, now)).toEqual(['everything']);
    expect(draftProblems({ ...draft, matchers: [{ name: 'a', type: '=~', value: '(' }] }, now)).toEqual(['regex']);
    expect(draftProblems({ ...draft, endsAtMs: now - 1 }, now)).toEqual(['past']);
    expect(draftProblems({ ...draft, startsAtMs: now + 7_200_000 }, now)).toEqual(['times']);
    expect(draftProblems({ ...draft, author: ' ', comment: '' }, now)).toEqual(['author', 'comment']);
    expect(draftProblems({ ...draft, endsAtMs: Number.NaN }, now)).toEqual(['past']);
  });

  it('suggests the names and values that alerts have', () => {
    const found = labelSuggestions([{ b: '2' }, { b: '1', a: 'x' }, { b: '1' }]);
    expect([...found]).toEqual([
      ['a', ['x']],
      ['b', ['1', '2']],
    ]);
  });
});
