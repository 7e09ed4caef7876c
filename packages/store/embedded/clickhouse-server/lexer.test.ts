import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lexer } from './lexer.ts';

function words(text: string): string[] {
  const lexer = new Lexer(text);
  const found: string[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next())
    found.push(`${token.depth}:${lexer.textOf(token)}`);
  return found;
}

test('comments are no tokens, strings and identifiers are one', () => {
  expect(words("SELECT /* ; */ 'it''s \\' ;', `a``b`, \"c\" -- ; end\n# more ;\nFROM t")).toEqual([
    '0:SELECT',
    "0:'it''s \\' ;'",
    '0:,',
    '0:`a``b`',
    '0:,',
    '0:"c"',
    '0:FROM',
    '0:t',
  ]);
  expect(words('SELECT $x$ ; $y$ $x$ , 1e-3')).toEqual(['0:SELECT', '0:$x$ ; $y$ $x$', '0:,', '0:1e-3']);
});

test('brackets give depth', () => {
  expect(words('f(a,[b])')).toEqual(['0:f', '0:(', '1:a', '1:,', '1:[', '2:b', '1:]', '0:)']);
});

test('any text ends, and tokens lie in order inside of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab1\'"`$(){}[];,-#/*\\ \n.é\u0000') }), (text) => {
      const lexer = new Lexer(text);
      let position = 0;
      for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
        expect(token.start).toBeGreaterThanOrEqual(position);
        expect(token.end).toBeGreaterThan(token.start);
        position = token.end;
      }
      expect(position).toBeLessThanOrEqual(text.length);
    }),
  );
});

test('a quoted string is one token, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const literal = `'${value.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;
      expect(words(`a ${literal} b`)).toEqual(['0:a', `0:${literal}`, '0:b']);
    }),
  );
});
