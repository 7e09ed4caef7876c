import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatNumber, parseDuration, parseNumber } from './numbers.ts';
import { decodeBytes, encodeBytes, quoteGo, unquote } from './strings.ts';

describe('strings of bytes', () => {
  it('survive decoding and encoding, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeBytes(decodeBytes(bytes))).toEqual(bytes);
      }),
    );
    expect(decodeBytes(Uint8Array.of(0x61, 0xc5, 0x7a))).toBe('a\udcc5z');
    // An encoded surrogate is no valid UTF-8, so each of its bytes stays alone.
    expect(decodeBytes(Uint8Array.of(0xed, 0xb3, 0x85))).toBe('\udced\udcb3\udc85');
  });

  it('are read back from their quoted form', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 20 }).map(decodeBytes), fc.string({ unit: 'grapheme' })),
        (text) => {
          expect(unquote(quoteGo(text))).toBe(text);
        },
      ),
    );
    expect(quoteGo('a"\\\n\x00\x7f\udcc5é\u200b')).toBe('"a\\"\\\\\\n\\x00\\x7f\\xc5é\\u200b"');
  });

  it('know three kinds of quotes', () => {
    expect(['"a\'b"', "'a\"b'", '`a\\n"b`', '"\\101\\x41\\u0041\\U00000041"'].map(unquote)).toEqual([
      "a'b",
      'a"b',
      'a\\n"b',
      'AAAA',
    ]);
    expect(['"a', 'a', '"\\q"', '"a\nb"', '"\\ud800"', '"\\400"', "'\\\"'"].map(unquote)).toEqual(
      Array(7).fill(undefined),
    );
  });
});

describe('numbers and durations', () => {
  it('print so that they read back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), (value) => {
        const text = formatNumber(value);
        expect(text).not.toContain('e');
        expect(Number(text)).toBe(value);
      }),
    );
    expect(formatNumber(1e21)).toBe('1000000000000000000000');
    expect(formatNumber(1.5e-7)).toBe('0.00000015');
  });

  it('keep durations in milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (ms) => {
        const parsed = parseDuration(formatDuration(ms));
        if (ms <= 9_223_372_036_854) expect(parsed).toEqual({ value: ms });
      }),
    );
    expect([formatDuration(0), formatDuration(90_000), formatDuration(86_400_000 * 365)]).toEqual([
      '0s',
      '1m30s',
      '1y',
    ]);
    expect(parseDuration('5m1h')).toEqual({ error: 'not a valid duration string: "5m1h"' });
    expect(parseDuration('300y')).toEqual({ error: 'duration out of range' });
  });

  it('refuse what Go refuses', () => {
    for (const text of ['1__0', '_1', '1_', '0x', '1e', '', '1.2.3', '0xfffffffffffffffff'])
      expect(parseNumber(text)).toHaveProperty('error');
    expect(parseNumber('1_0.2_5e1_0')).toEqual({ value: 10.25e10 });
  });
});
