import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePipeline } from './compile-pipeline.ts';

const range = { from: 0, to: 0 };
const logfmt = (strict: boolean, keepEmpty = false) =>
  compilePipeline([{ kind: 'logfmt', strict, keepEmpty, fields: [], range }]);
const keys = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const values = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string(),
  fc.constantFrom('', 'a b', 'x=y', '"', '\\', '\n'),
);

function quoted(value: string): string {
  return /^[^\s="\\\p{Cc}\ufffd]*$/u.test(value) ? value : JSON.stringify(value);
}

test('pairs are read as they were written, the first of each key', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, values), { maxLength: 8 }), fc.boolean(), (pairs, strict) => {
      const line = pairs.map(([key, value]) => `${key}=${quoted(value)}`).join(' ');
      const first = new Map<string, string>();
      for (const [key, value] of pairs) {
        if (value !== '' && !first.has(key)) first.set(key, value.replaceAll('\ufffd', ' '));
      }
      const result = logfmt(strict)().forStream(Labels.EMPTY).process({ line, tsNs: 0n, metadata: [] });
      expect(result?.labels.toObject()).toEqual(Labels.from(first).toObject());
    }),
    { numRuns: 500 },
  );
});

test('no line fails without --strict, and none throws with it', () => {
  const parts = fc.array(fc.constantFrom('a', '=', '"', '\\', ' ', 'é', '\ufffd', '\\u12', '\n', 'b=c'), {
    maxLength: 20,
  });
  const lax = logfmt(false)().forStream(Labels.EMPTY);
  const strict = logfmt(true)().forStream(Labels.EMPTY);
  fc.assert(
    fc.property(parts, (texts) => {
      const line = texts.join('');
      const all = lax.process({ line, tsNs: 0n, metadata: [] })?.labels;
      expect(all?.get('__error__')).toBe('');
      const some = strict.process({ line, tsNs: 0n, metadata: [] })?.labels;
      for (const [name, value] of some ?? []) if (!name.startsWith('__')) expect(all?.get(name)).toBe(value);
    }),
    { numRuns: 500 },
  );
});
