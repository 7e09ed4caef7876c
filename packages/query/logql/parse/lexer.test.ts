import { describe, expect, test } from 'vitest';
import { Lexer, type Token } from './lexer.ts';

function tokensOf(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.type !== '$end'; token = lexer.next()) tokens.push(token);
  return tokens;
}

const typesOf = (text: string): string =>
  tokensOf(text)
    .map(({ type }) => type)
    .join(' ');

describe('Lexer', () => {
  test.each([
    ['rate (', 'RATE ('],
    ['Sum by (a)', 'SUM by ( IDENTIFIER )'],
    ['sum bytes', 'IDENTIFIER IDENTIFIER'],
    ['duration(x) duration', 'DURATION_CONV ( IDENTIFIER ) IDENTIFIER'],
    ['ip = ip("a")', 'IDENTIFIER = ip ( STRING )'],
    ['of variants variants(', 'IDENTIFIER IDENTIFIER variants ('],
    ['a|="b"|~`c`|>"d"!>"e"', 'IDENTIFIER |= STRING |~ STRING |> STRING !> STRING'],
    ['a>=1 b=~"c" d==e', 'IDENTIFIER >= NUMBER IDENTIFIER =~ STRING IDENTIFIER == IDENTIFIER'],
    ['logfmt --strict --keep-empty --other', 'logfmt FUNCTION_FLAG FUNCTION_FLAG - - IDENTIFIER'],
    ['5m 1.5h -5m 5 -5 5d -5d', 'DURATION DURATION DURATION NUMBER - NUMBER DURATION - DURATION'],
    ['10GB 2.5KiB 5k 3B 5PB', 'BYTES BYTES BYTES BYTES BYTES'],
    ['10 # GB [\n| // x\n/* a\nb */ json', 'NUMBER | json'],
    ['größe_1 $', 'IDENTIFIER IDENTIFIER'],
    ['[5m] [1h30m]', 'RANGE RANGE'],
  ])('%s', (text, types) => {
    expect(typesOf(text)).toBe(types);
  });

  test.each([
    ['1h30m', 5_400e9],
    ['1d', 86_400e9],
    ['1.5ms', 1.5e6],
    ['100us', 1e5],
    ['7ns', 7],
    ['-2m', -120e9],
    ['10GB', 1e10],
    ['2.5KiB', 2560],
    ['1.5B', 1],
    ['[1w2d]', 9 * 86_400_000],
  ])('the value of %s is %d', (text, value) => {
    expect(tokensOf(text).map((token) => token.value)).toEqual([value]);
  });

  test.each([
    ['"a', 'literal not terminated'],
    ['"a\n"', 'literal not terminated'],
    ['"\\w"', 'invalid char escape'],
    ['"\\400"', 'invalid syntax'],
    ["'ab'", 'invalid char literal'],
    ['08', "invalid digit '8' in octal literal"],
    ['1e', 'exponent has no digits'],
    ['0x', 'hexadecimal literal has no digits'],
    ['1__0', "'_' must separate successive digits"],
    ['[5]', 'not a valid duration string: "5"'],
    ['[5m1h]', 'not a valid duration string: "5m1h"'],
    ['[5minutes]', 'unknown unit "minutes" in duration "5minutes"'],
    ['[]', 'empty duration string'],
    ['[5m', "missing closing ']' in duration"],
    ['/* a', 'comment not terminated'],
    ['\0', 'invalid character NUL'],
    ['"\udc80"', 'invalid UTF-8 encoding'],
  ])('the mistake of %j', (text, message) => {
    expect(tokensOf(text)[0]).toMatchObject({ type: 'error', text: message });
  });

  test("strings give their content, with Go's escapes", () => {
    expect(tokensOf('"a\\"\\t\\u00e9\\x41" `b\\n`').map(({ text }) => text)).toEqual(['a"\té' + 'A', 'b\\n']);
  });

  test('what looks like a long duration is not looked at again and again', () => {
    expect(tokensOf(`${'-'.repeat(50_000)}`)).toHaveLength(50_000);
    expect(tokensOf(`1${'.1'.repeat(50_000)}`)).toHaveLength(50_000);
  });

  test('comments are remembered, and a mistake does not end the text', () => {
    const lexer = new Lexer('a # b\n"x');
    expect([lexer.next().type, lexer.next().type, lexer.next().type]).toEqual(['IDENTIFIER', 'error', '$end']);
    expect(lexer.comments).toEqual([{ from: 2, to: 5 }]);
  });
});
