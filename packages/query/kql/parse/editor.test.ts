import { describe, expect, it } from 'vitest';
import { kqlCompletionContext, tokenizeKql } from './index.ts';

function shown(text: string): string[] {
  return tokenizeKql(text).map(({ kind, from, to }) => `${kind} ${text.slice(from, to)}`);
}

describe('tokenizeKql', () => {
  it('names the parts of a query', () => {
    expect(shown('level:ERROR and not (a.b >= 5 or "x y")')).toEqual([
      'field level',
      'operator :',
      'value ERROR',
      'keyword and',
      'keyword not',
      'bracket (',
      'field a.b',
      'operator >=',
      'value 5',
      'keyword or',
      'phrase "x y"',
      'bracket )',
    ]);
  });

  it('goes on after what has no meaning', () => {
    expect(shown('a:"x')).toEqual(['field a', 'operator :', 'error "x']);
    expect(shown('\\ b')).toEqual(['error \\', 'value b']);
  });
});

describe('kqlCompletionContext', () => {
  it.each([
    ['', ['field'], undefined, ''],
    ['lev', ['field', 'operator', 'conjunction'], undefined, 'lev'],
    ['level:', ['value'], 'level', ''],
    ['level: ', ['value'], 'level', ''],
    ['level:ERR', ['value', 'conjunction'], 'level', 'ERR'],
    ['level:"ERR', ['value', 'conjunction'], 'level', 'ERR'],
    ['level:"ERROR"', ['conjunction'], undefined, ''],
    ['level:ERROR ', ['conjunction'], undefined, ''],
    ['level:ERROR and ', ['field'], undefined, ''],
    ['level:ERROR and not ser', ['field', 'operator', 'conjunction'], undefined, 'ser'],
    ['level ', ['operator', 'conjunction'], undefined, ''],
    ['level:(a or ', ['value'], 'level', ''],
    ['level:(a or b', ['value', 'conjunction'], 'level', 'b'],
    ['items:{ na', ['field', 'operator', 'conjunction'], undefined, 'na'],
    ['items:{ name:x', ['value', 'conjunction'], 'items.name', 'x'],
    ['a >= ', ['value'], 'a', ''],
    ['(', ['field'], undefined, ''],
    ['(a:b)', ['conjunction'], undefined, ''],
  ])('after %j come %j', (text, kinds, field, prefix) => {
    const context = kqlCompletionContext(text, text.length);
    expect(context).toMatchObject({ kinds, prefix });
    expect(context.field).toBe(field);
    expect(text.slice(context.from, context.to).replaceAll('"', '')).toBe(prefix);
  });

  it('replaces the whole word that the cursor stands in', () => {
    expect(kqlCompletionContext('level:ERROR and x', 9)).toMatchObject({ prefix: 'ERR', from: 6, to: 11 });
    expect(kqlCompletionContext('le:x', 1)).toMatchObject({ prefix: 'l', from: 0, to: 2 });
  });
});
