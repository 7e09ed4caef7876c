import type { Matcher } from '@petrel/model';
import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClassicMatchers } from './classic-parser.ts';
import {
  compareMatchers,
  compileMatcher,
  compileMatchers,
  literalValues,
  parseMatcher,
  parseMatchers,
} from './index.ts';
import { MatcherIndex } from './matcher-index.ts';
import { printMatcher, printMatchers } from './print-matcher.ts';
import { parseUtf8Matcher, parseUtf8Matchers } from './utf8-parser.ts';

const type = fc.constantFrom('=' as const, '!=' as const);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[ -~\n\t]{0,8}$/));
const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}$/),
  text.filter((one) => one !== ''),
);
const matcher: fc.Arbitrary<Matcher> = fc.record({ type, name, value: text });

describe('printing and reading', () => {
  it('give the same matchers back, in the UTF-8 grammar', () => {
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (matchers) => {
        expect(parseUtf8Matchers(printMatchers(matchers))).toEqual(matchers);
      }),
    );
  });

  it('give the same matchers back in both grammars where names are old', () => {
    const old = fc.record({ type, name: fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}$/), value: text });
    fc.assert(
      fc.property(old, (one) => {
        const printed = printMatcher(one);
        expect(parseMatcher(printed)).toEqual({ value: one });
        expect(parseClassicMatchers(`{${printed},}`)).toEqual([one]);
      }),
    );
  });

  it('throw nothing but errors with a message, for any text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      ',',
      '=',
      '!',
      '~',
      '"',
      '\\',
      'a',
      ' ',
      '\\xff',
      '[',
      '😀',
      '\ud800',
      '\n',
    );
    const input = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(input, fc.constantFrom('fallback' as const, 'utf8' as const, 'classic' as const), (given, mode) => {
        for (const read of [parseMatchers, parseMatcher]) {
          try {
            read(given, mode);
          } catch (error) {
            expect(error).toMatchObject({ name: 'PetrelError', code: 'BAD_REQUEST' });
          }
        }
      }),
    );
  });
});

describe('the UTF-8 grammar', () => {
  it.each([
    ['!', "0:1: unexpected end of input, expected one of '=~'"],
    ['foo!!', "3:4: !: expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'"],
    ['foo', "end of input: expected an operator such as '=', '!=', '=~' or '!~'"],
    ['foo=', 'end of input: expected label value'],
    ['foo=bar}', '0:8: }: expected opening brace'],
    ['{foo=bar}baz', '9:12: baz: expected end of input'],
    ['{foo=bar,,}', '9:10: unexpected ,: expected a matcher or close brace after comma'],
    ['"hello', '0:6: "hello: missing end "'],
    ['é🙂~', "2:3: ~: invalid input: expected an operator such as '=', '!=', '=~' or '!~'"],
    ['foo=~"["', 'failed to create matcher: error parsing regexp: missing closing ]: `[)$`'],
  ])('refuses %s', (given, message) => {
    expect(() => parseUtf8Matchers(given)).toThrow(message);
  });

  it('takes white space of any kind between tokens', () => {
    expect(parseUtf8Matcher('\u3000{ foo\u00a0=\n"bar" , }')).toEqual({ type: '=', name: 'foo', value: 'bar' });
  });
});

describe('reading with both grammars', () => {
  it('refuses braces around one matcher', () => {
    expect(() => parseMatcher('{a=b}')).toThrow('unexpected open or close brace: {a=b}');
    expect(parseMatcher('{a=b}'.slice(1, -1), 'utf8').value.name).toBe('a');
  });

  it('says what to write instead', () => {
    expect(parseMatchers('{foo=a$\\n,b="c"}').warning).toContain('write it as foo="a$\\n",b="c"');
    expect(parseMatchers('{"foo bar"=baz}')).toEqual({ value: [{ type: '=', name: 'foo bar', value: 'baz' }] });
  });
});

describe('matching', () => {
  it('takes an absent label as empty and does not let a dot match a newline', () => {
    const empty = compileMatchers([{ type: '=', name: 'a', value: '' }]);
    expect(empty(Labels.of({ b: 'c' }))).toBe(true);
    expect(compileMatcher({ type: '=~', name: 'a', value: '.*' })('x\ny')).toBe(false);
    expect(compileMatcher({ type: '!~', name: 'a', value: '.+' })('')).toBe(true);
  });

  it('is the same for a list of words as for the expression that it is', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(words, fc.constantFrom('a', 'b', 'ab', 'ba', ''), (list, given) => {
        const quick = compileMatcher({ type: '=~', name: 'n', value: `(${list.join('|')})` });
        const slow = compileMatcher({ type: '=~', name: 'n', value: `(?:${list.join('|')})` });
        expect(quick(given)).toBe(slow(given));
      }),
    );
    expect(literalValues({ type: '=~', name: 'n', value: '^(?:(a|b))$' })).toEqual(['a', 'b']);
    expect(literalValues({ type: '=~', name: 'n', value: '(a)|(b)' })).toBeUndefined();
  });

  it('sorts by name, value, kind', () => {
    const sorted = parseMatchers('b=a,a!=x,a=x,a=b').value.toSorted(compareMatchers);
    expect(printMatchers(sorted)).toBe('{a="b",a="x",a!="x",b="a"}');
  });
});

describe('the index', () => {
  it('leaves out nothing that matches, and keeps the order', () => {
    const small = fc.record({
      type: fc.constantFrom('=' as const, '!=' as const, '=~' as const),
      name: fc.constantFrom('a', 'b'),
      value: fc.constantFrom('x', 'y', '', 'x|y'),
    });
    const sets = fc.array(fc.array(small, { maxLength: 3 }), { maxLength: 6 });
    const labels = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', 'z'));
    fc.assert(
      fc.property(sets, labels, (given, record) => {
        const entries = given.map((matchers, place) => ({ place, matchers, matches: compileMatchers(matchers) }));
        const target = Labels.of(record);
        const found = new MatcherIndex(entries, ({ matchers }) => matchers).candidates(target);
        const places = found.map(({ place }) => place);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        const matching = (list: typeof entries | typeof found) => list.filter(({ matches }) => matches(target));
        expect(matching(found)).toEqual(matching(entries));
      }),
    );
  });
});
