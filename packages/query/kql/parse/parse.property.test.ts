import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLucene } from '../lucene/index.ts';
import { KqlParseError, kqlCompletionContext, parseKql, parseSearch, printKql, tokenizeKql } from './index.ts';

const SEEDS = [
  'level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]',
  'duration:>1000 AND service:"order-service"',
  'a:(x or not "y") and n >= 5 or items:{ k:v* }',
  '+a:b^2 -"c d"~3 OR /r.*e/ && !(x:{1 TO 2] y~1)',
];
const piece = fc.oneof(
  fc.constantFrom(
    '(',
    ')',
    '{',
    '}',
    '"',
    ':',
    '*',
    '\\',
    ' and ',
    ' or ',
    'not ',
    '>',
    '<=',
    '[',
    ' TO ',
    ']',
    '~',
    '^',
    '/',
    '?',
    '\\u00e9',
    ' ',
  ),
  fc.string({ maxLength: 4, unit: 'binary' }),
);
const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(fc.tuple(fc.nat(70), fc.nat(4), piece), { maxLength: 6 }))
  .map(([seed, edits]) =>
    edits.reduce((text, [at, cut, insert]) => text.slice(0, at) + insert + text.slice(at + cut), seed),
  );
const queries = fc.oneof(
  mutated,
  fc.array(piece, { maxLength: 14 }).map((parts) => parts.join('')),
);

it.each([
  ['KQL', parseKql],
  ['Lucene', parseLucene],
  ['either', parseSearch],
] as const)('%s: every text gives a tree or KqlParseError with a place within it', (_, parse) => {
  fc.assert(
    fc.property(queries, (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(KqlParseError);
        const { start, end } = (error as KqlParseError).position;
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1000 },
  );
});

it('what is printed reads back as what was printed', () => {
  fc.assert(
    fc.property(queries, (text) => {
      let printed: string;
      try {
        printed = printKql(parseKql(text));
      } catch (error) {
        if (error instanceof KqlParseError) return;
        throw error;
      }
      expect(printKql(parseKql(printed))).toBe(printed);
    }),
    { numRuns: 1000 },
  );
});

it('tokens lie in order within the text, and any cursor has a completion', () => {
  fc.assert(
    fc.property(queries, fc.nat(80), (text, at) => {
      let end = 0;
      for (const { from, to } of tokenizeKql(text)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        end = to;
      }
      expect(end).toBeLessThanOrEqual(text.length);
      const cursor = Math.min(at, text.length);
      const context = kqlCompletionContext(text, cursor);
      expect(context.kinds.length).toBeGreaterThan(0);
      expect(context.from).toBeLessThanOrEqual(cursor);
      expect(context.to).toBeGreaterThanOrEqual(cursor);
    }),
    { numRuns: 1000 },
  );
});
