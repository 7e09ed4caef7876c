import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime, parseDateTime, ZERO_TIME_MS } from './date-time.ts';

describe('parseDateTime', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6Z', '2026-01-02T03:04:05.600Z'],
    ['2026-01-02T03:04:05.678999999Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.678+02:00', '2026-01-02T01:04:05.678Z'],
    ['2026-01-02T03:04:05-0330', '2026-01-02T06:34:05.000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0099-12-31T00:00:00Z', '0099-12-31T00:00:00.000Z'],
  ])('reads %s', (text, wanted) => {
    expect(new Date(parseDateTime(text) ?? Number.NaN).toISOString()).toBe(wanted);
  });

  it.each([
    '',
    'now',
    '2026-02-29T00:00:00Z',
    '2026-13-01',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '1767323045',
    '2026-01-01T00:00:00+25:00',
  ])('refuses %j', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it('knows the zero time', () => {
    expect(parseDateTime('0001-01-01T00:00:00Z')).toBe(ZERO_TIME_MS);
  });

  it('reads what formatDateTime writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (tMs) => {
        expect(parseDateTime(formatDateTime(tMs))).toBe(tMs);
      }),
    );
  });

  it('cuts what has no four digits of a year', () => {
    expect(formatDateTime(1e17)).toBe('9999-12-31T23:59:59.999Z');
  });
});
