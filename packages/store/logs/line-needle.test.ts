import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sql } from '../clickhouse/sql.ts';
import { idHints, lineNeedle } from './line-needle.ts';

/** The conditions, by their names and constants alone. */
const short = (pieces: readonly Sql[]) =>
  pieces.map((piece) =>
    piece
      .render()
      .query.replaceAll(/translate\(body, '\w+', '0+'\)/g, 'words')
      .replaceAll(/extractAll\(.*?'\[0-9a-f\]\{8\}'\)/g, 'chunks'),
  );

const hintsOf = (needle: string) => {
  const { wordHints, idHints } = lineNeedle(needle);
  return [...wordHints, ...idHints];
};

describe('a needle', () => {
  it('that is one word without hexadecimal digits is answered by the index of words', () => {
    for (const word of ['ping', 'ERROR', 'XyZw']) {
      const { exact, wordHints } = lineNeedle(word);
      expect([short([exact]), wordHints]).toEqual([[`words LIKE '%${word}%'`], []]);
    }
    for (const word of ['error', 'pin', 'ping pong', 'ping%', 'ping1']) {
      expect(short([lineNeedle(word).exact])).toEqual(['position(body, {p0:String}) > 0']);
    }
  });

  it.each([
    ['timeout', ["words LIKE '%tim0out%'"]],
    ['"level":"ERROR"', ["hasToken(words, 'ERROR')", "hasToken(words, 'l0v0l')"]],
    ['status=500 path=', ["words LIKE '%st0tus%'", "hasToken(words, 'p0th')"]],
    ['pod', []],
    ['dead beef', []],
    ['', []],
    ["100% \\ '", []],
    ['失败 gateway', ["words LIKE '%g0t0w0y%'"]],
    ['失败gateway', []],
    ['req-77b34da6a3ce929d0e', ["(has(chunks, '77b34da6') AND has(chunks, 'a3ce929d'))"]],
    ['77b34da6a3ce92', []],
  ])('%j has the hints %j', (needle, expected) => {
    expect(short(hintsOf(needle))).toEqual(expected);
  });

  it('that begins with an id may begin anywhere in a longer one', () => {
    const [hint, ...more] = short(hintsOf('0123456789abcdef'));
    expect(more).toEqual([]);
    expect(hint).toBe(
      `((has(chunks, '01234567') AND has(chunks, '89abcdef')) OR ${['12345678', '23456789', '3456789a', '456789ab', '56789abc', '6789abcd', '789abcde'].map((chunk) => `(has(chunks, '${chunk}'))`).join(' OR ')})`,
    );
    expect(short(idHints('0123456789abcdef'))).toEqual(["(has(chunks, '01234567') AND has(chunks, '89abcdef'))"]);
  });

  it('of any text keeps to words and pieces that a line with it must have', () => {
    const part = fc.constantFrom('4bf92f3577b34da6', 'abc', 'timeout', 'Error', ' ', '-', 'ü', '0', 'zz');
    fc.assert(
      fc.property(fc.array(part), fc.array(part, { minLength: 1 }), fc.array(part), (before, middle, after) => {
        const needle = middle.join('');
        const line = [...before, needle, ...after].join('');
        const words = line.replace(/[1-9a-f]/g, '0');
        const tokens = new Set(words.match(/[0-9A-Za-z\u0080-\uffff]+/g));
        const chunks = new Set((line.match(/[0-9a-f]+/g) ?? []).flatMap((run) => run.match(/.{8}/g) ?? []));
        for (const hint of short(hintsOf(needle))) {
          const holds = hint
            .replaceAll(/words LIKE '%(\w+)%'/g, (_, word: string) => String(words.includes(word)))
            .replaceAll(/hasToken\(words, '(\w+)'\)/g, (_, word: string) => String(tokens.has(word)))
            .replaceAll(/has\(chunks, '(\w+)'\)/g, (_, chunk: string) => String(chunks.has(chunk)));
          expect(holdsAll(holds), `${hint} for ${line}`).toBe(true);
        }
      }),
    );
  });
});

/** `(a AND b) OR c` of the words true and false. */
function holdsAll(expression: string): boolean {
  return expression.split(' OR ').some((way) => !way.includes('false'));
}
