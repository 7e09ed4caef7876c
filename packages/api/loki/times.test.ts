import { PetrelError } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { defaultStepMs, durationMs, msOfNs, nsOfMs, parseSecondsOrDurationMs, parseTimeNs } from './times.ts';

describe('parseTimeNs', () => {
  it.each([
    ['1700000000', 1_700_000_000_000_000_000n],
    ['0', 0n],
    ['-5', -5_000_000_000n],
    ['9999999999', 9_999_999_999_000_000_000n],
    // Eleven digits are nanoseconds.
    ['17000000000', 17_000_000_000n],
    ['1700000000123456789', 1_700_000_000_123_456_789n],
    ['1700000000.5', 1_700_000_000_500_000_000n],
    ['1700000000.123456', 1_700_000_000_123_000_000n],
    ['.5', 500_000_000n],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000_000_000n],
    ['2023-11-14T22:13:20.123456789Z', 1_700_000_000_123_456_789n],
    ['2023-11-15T00:13:20.5+02:00', 1_700_000_000_500_000_000n],
  ])('reads %s', (text, ns) => {
    expect(parseTimeNs(text)).toBe(ns);
  });

  it.each(['now', '', '1h', '2023-02-30T00:00:00Z', '2023-11-14', '1.2.3', '٣'])('refuses %j', (text) => {
    expect(() => parseTimeNs(text)).toThrow(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  });

  it('refuses what does not fit into 63 bits', () => {
    expect(() => parseTimeNs('99999999999999999999')).toThrow('value out of range');
    expect(parseTimeNs('9223372036854775807')).toBe(2n ** 63n - 1n);
  });
});

describe('parseSecondsOrDurationMs', () => {
  it.each([
    ['15', 15_000],
    ['0.5', 500],
    ['1m30s', 90_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['5ms', 5],
    ['-1', -1000],
    ['0', 0],
  ])('reads %s', (text, ms) => {
    expect(parseSecondsOrDurationMs(text)).toBe(ms);
  });

  it.each([
    ['1e30', 'cannot parse "1e30" to a valid duration. It overflows int64'],
    ['abc', 'cannot parse "abc" to a valid duration'],
    ['30s1m', 'cannot parse "30s1m" to a valid duration'],
    ['99999999y', 'cannot parse "99999999y" to a valid duration'],
  ])('refuses %s', (text, message) => {
    let thrown: unknown;
    try {
      parseSecondsOrDurationMs(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PetrelError);
    expect((thrown as PetrelError).message).toBe(message);
  });
});

it('has a step for a range as Loki does', () => {
  const step = (seconds: number) => defaultStepMs(0n, BigInt(seconds) * 1_000_000_000n);
  expect([0, 300, 3600, 86_400].map(step)).toEqual([1000, 1000, 14_000, 345_000]);
});

it('rounds times before the epoch down', () => {
  expect(msOfNs(-1n)).toBe(-1);
  expect(msOfNs(1_999_999n)).toBe(1);
  expect(nsOfMs(1.4)).toBe(1_000_000n);
  expect(durationMs('')).toBeUndefined();
});
