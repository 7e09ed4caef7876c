import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLogTime } from './log-time.ts';

const T = 1_767_323_045_000_000_000n;

it.each([
  ['2026-01-02T03:04:05Z', T],
  ['2026-01-02 03:04:05', T],
  ['2026-01-02T03:04:05.678901234Z', T + 678_901_234n],
  ['2026-01-02T03:04:05.6789012345678Z', T + 678_901_234n],
  ['2026-01-02 03:04:05,678', T + 678_000_000n],
  ['2026-01-02T04:04:05+01:00', T],
  ['2026-01-01T22:04:05-0500', T],
  ['2026-01-02T04:04:05+01', T],
  ['2026-01-02T03:04Z', T - 5_000_000_000n],
  ['2026-01-02', T - 11_045_000_000_000n],
  [' 2026-01-02T03:04:05 UTC ', T],
  ['1767323045', T],
  ['1767323045.25', T + 250_000_000n],
  ['1767323045.123456789', T + 123_456_789n],
  ['1767323045000', T],
  ['1767323045000000', T],
  ['1767323045000000001', T + 1n],
  ['1.767323045e9', T],
  ['Fri, 02 Jan 2026 03:04:05 GMT', T],
  ['0', 0n],
])('%s', (text, ns) => {
  expect(parseLogTime(text)).toBe(ns);
});

it.each([
  '',
  'now',
  '2026-13-01',
  '2026-02-30T00:00:00Z',
  '2026-01-02T25:00:00Z',
  '1969-01-01T00:00:00Z',
  '9'.repeat(30),
  '-5',
  '5e300',
  '12:00',
  'true',
])('not %s', (text) => {
  expect(parseLogTime(text)).toBeUndefined();
});

it('reads what dates write, and fails on nothing', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
      expect(parseLogTime(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => parseLogTime(text) === undefined || parseLogTime(text) !== undefined));
});
