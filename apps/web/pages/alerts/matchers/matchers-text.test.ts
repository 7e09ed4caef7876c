import type { Matcher } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchersOf, parseFilter, selectorText, toggleMatcher } from './matchers-text.ts';

describe('parseFilter', () => {
  it('reads matchers in braces, without them, with commas and with spaces', () => {
    const expected = [
      { name: 'alertname', type: '=', value: 'High CPU' },
      { name: 'instance', type: '=~', value: 'web.*' },
    ];
    expect(parseFilter('{alertname="High CPU", instance=~"web.*"}').matchers).toEqual(expected);
    expect(parseFilter('alertname = "High CPU" instance=~web.*').matchers).toEqual(expected);
  });

  it('keeps words apart from matchers', () => {
    expect(parseFilter('Disk severity!=info "two words"')).toEqual({
      matchers: [{ name: 'severity', type: '!=', value: 'info' }],
      words: ['disk', 'two words'],
      error: undefined,
    });
  });

  it('says where the text breaks off', () => {
    expect(parseFilter('a="b').error).toBe('quote');
    expect(parseFilter('a=~').error).toBe('value');
    expect(parseFilter('a=').matchers).toEqual([{ name: 'a', type: '=', value: '' }]);
  });

  it('reads what selectorText writes', () => {
    const matcher = fc.record({
      name: fc.string({ minLength: 1 }),
      type: fc.constantFrom('=', '!=', '=~', '!~') as fc.Arbitrary<Matcher['type']>,
      value: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(matcher), (matchers) => {
        const found = parseFilter(selectorText(matchers));
        expect(found).toEqual({ matchers, words: [], error: undefined });
      }),
    );
  });

  it('ends on any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseFilter(text)));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', '\\', '=', '~', '!', '{', ' ') }),
        (text) => void parseFilter(text),
      ),
    );
  });
});

it('adds a matcher and takes it away again', () => {
  const matcher = { name: 'job', type: '=', value: 'api' } as const;
  expect(toggleMatcher('disk', matcher)).toBe('job="api" disk');
  expect(toggleMatcher('job="api" disk', matcher)).toBe('disk');
});

it('puts the name of an alert first', () => {
  expect(selectorText(matchersOf({ a: '1', alertname: 'X' }))).toBe('{alertname="X", a="1"}');
});
