import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPattern } from '../parse/ast.ts';
import { compileGlob } from './glob.ts';
import { containsPhrase, containsWord, foldCase, withinEdits, wordsOf } from './words.ts';

describe('words', () => {
  it.each([
    ['order-service failed: order_id=12', ['order', 'service', 'failed', 'order_id', '12']],
    ['10.0.0.1:8080 v1.2.3, 1,000.5s', ['10.0.0.1', '8080', 'v1.2.3', '1,000.5s']],
    ["java.lang.error doesn't ERROR:x", ['java', 'lang', 'error', "doesn't", 'error', 'x']],
    ['订单创建失败 café ひら カタカナ', ['订', '单', '创', '建', '失', '败', 'café', 'ひ', 'ら', 'カタカナ']],
    ['--- !!', []],
  ])('of %s', (text, words) => {
    expect(wordsOf(foldCase(text))).toEqual(words);
  });

  it('finding one word is the same as taking the text apart', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '1', '.', ',', "'", ' ', '-', '_', '订', 'ひ', 'カ'),
      maxLength: 10,
    });
    fc.assert(
      fc.property(text, text, (value, other) => {
        const words = wordsOf(value);
        for (const word of new Set([...words, ...wordsOf(other)])) {
          expect([word, containsWord(value, word)]).toEqual([word, words.includes(word)]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('phrases, with slop as Lucene counts it', () => {
    const text = wordsOf('the quick brown fox jumps');
    expect(containsPhrase(text, ['quick', 'brown'], 0)).toBe(true);
    expect(containsPhrase(text, ['quick', 'fox'], 0)).toBe(false);
    expect(containsPhrase(text, ['quick', 'fox'], 1)).toBe(true);
    // Two words change places for a slop of 2.
    expect(containsPhrase(text, ['brown', 'quick'], 1)).toBe(false);
    expect(containsPhrase(text, ['brown', 'quick'], 2)).toBe(true);
    expect(containsPhrase(['a', 'a', 'b'], ['a', 'b'], 0)).toBe(true);
    expect(containsPhrase(['a', 'b'], ['a', 'a'], 5)).toBe(false);
  });

  it('edits count a swap of neighbours once', () => {
    expect(withinEdits('error', 'erorr', 1)).toBe(true);
    expect(withinEdits('error', 'eror', 1)).toBe(true);
    expect(withinEdits('error', 'terrors', 1)).toBe(false);
    expect(withinEdits('error', 'terrors', 2)).toBe(true);
  });
});

it('globs match as their definition says', () => {
  const part = fc.oneof(
    fc.constantFrom('a', 'b', 'ab', '😀'),
    fc.constant({ any: 'run' as const }),
    fc.constant({ any: 'one' as const }),
  );
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), text, (parts, value) => {
      const source = parts.map((one) => (typeof one === 'string' ? one : one.any === 'run' ? '[^]*' : '[^]')).join('');
      expect(compileGlob(joinPattern(parts))(value)).toBe(new RegExp(`^(?:${source})$`, 'u').test(value));
    }),
    { numRuns: 2000 },
  );
});
