import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeJson, decodeText, encodeJson, encodeText, plainJson, type StoredValue } from './stored-text.ts';

// Escapes, what they escape, backslashes that look like escapes, halves of pairs.
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\u001a', '0', '1', '\\', 'u001a', '\\u0000', '\ud83d', '\ude00', 'é', '"'),
  }),
);
const wellFormed = (value: string) => Buffer.from(value, 'utf8').toString('utf8');

it('gives every text back, with U+FFFD for halves of pairs, and writes no NUL', () => {
  fc.assert(
    fc.property(text, (value) => {
      const stored = encodeText(value);
      expect(stored).not.toContain('\u0000');
      expect(wellFormed(stored)).toBe(stored);
      expect(decodeText(stored)).toBe(wellFormed(value));
    }),
  );
});

it('gives every JSON back, keys included, and writes nothing that jsonb refuses', () => {
  const json = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)));
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return wellFormed(value);
    if (Array.isArray(value)) return value.map(clean);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [wellFormed(key), clean(one)]));
  };
  fc.assert(
    fc.property(json, (value) => {
      const stored = encodeJson(value as StoredValue);
      // Only an odd number of backslashes makes an escape.
      expect(stored).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/);
      expect(decodeJson(stored)).toEqual(clean(value));
      expect(JSON.parse(plainJson(value as StoredValue))).toEqual(clean(value));
    }),
  );
});
