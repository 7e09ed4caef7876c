import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncateBytes, truncateRunes } from './truncate.ts';

describe('truncation', () => {
  it('counts characters as Go does', () => {
    expect(truncateRunes('abcd', 4)).toEqual({ text: 'abcd', truncated: false });
    expect(truncateRunes('abcde', 4)).toEqual({ text: 'abc…', truncated: true });
    expect(truncateRunes('abcde', 3)).toEqual({ text: 'abc', truncated: true });
    expect(truncateRunes('😀😀😀😀', 4)).toEqual({ text: '😀😀😀😀', truncated: false });
    expect(truncateRunes('😀😀😀😀😀', 4)).toEqual({ text: '😀😀😀…', truncated: true });
  });

  it('keeps to a number of bytes and cuts no character in two', () => {
    expect(truncateBytes('告警告警', 12)).toEqual({ text: '告警告警', truncated: false });
    expect(truncateBytes('告警告警', 11)).toEqual({ text: '告警…', truncated: true });
    expect(truncateBytes('告警', 3)).toEqual({ text: '告', truncated: true });
    expect(truncateBytes('告警', 2)).toEqual({ text: '', truncated: true });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, max) => {
        const cut = truncateBytes(text, max);
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(Math.max(max, 0));
        expect(cut.text).not.toContain('\ufffd');
        expect(text.startsWith(cut.text.replace(/…$/, ''))).toBe(true);
      }),
    );
  });
});
