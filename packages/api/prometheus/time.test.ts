import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeLabelName } from './escape-name.ts';
import { formatDuration, parseDurationMs, parseTimeMs } from './time.ts';

describe('times and durations', () => {
  it.each([
    ['0', 0],
    ['1.5', 1_500],
    ['1e3', 1_000_000],
    ['-1', -1_000],
    ['1700000000.1234', 1_700_000_000_123],
    ['1970-01-01T00:00:01Z', 1_000],
    ['1970-01-01T01:00:01.5+01:00', 1_500],
    ['2020-02-29T12:00:00Z', 1_582_977_600_000],
  ])('reads the time %s', (text, ms) => expect(parseTimeMs(text)).toBe(ms));

  it.each([
    ...['', 'x', '1h', 'NaN', 'Inf', '2020-02-30T12', '2020-13-01T00:00:00Z', '1e300'],
    ...['2021-02-29T00:00:00Z', '2020-02-30T00:00:00+01:00', '2020-01-01T24:00:00Z', '2020-01-01t00:00:00z'],
  ])('refuses the time %j', (text) => {
    expect(() => parseTimeMs(text)).toThrow(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  });

  it.each([
    ['15', 15_000],
    ['0.5', 500],
    ['1h30m', 5_400_000],
    ['1y2w3d', 365 * 86_400_000 + 17 * 86_400_000],
    ['5ms', 5],
    ['-5', -5_000],
  ])('reads the duration %s', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  it.each(['', 'x', '1m1h', '1.5h', 's', '1 m'])('refuses the duration %j', (text) => {
    expect(() => parseDurationMs(text)).toThrow('to a valid duration');
  });

  it('refuses what Go cannot hold', () => {
    expect(() => parseDurationMs('300y')).toThrow('It overflows int64');
  });

  it('prints durations that read back', () => {
    expect(formatDuration(15 * 86_400_000)).toBe('15d');
    expect(formatDuration(5_400_000)).toBe('1h30m');
    fc.assert(
      fc.property(fc.nat(4e12), (ms) => {
        expect(parseDurationMs(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('escaped label names', () => {
  it.each([
    ['job', 'job'],
    ['U__a_2e_b', 'a.b'],
    ['U__a__b', 'a_b'],
    ['U___6d77__71d5_', '海燕'],
    ['U__a_', 'U__a_'],
    ['U__a_zz_', 'U__a_zz_'],
    ['U___d800_', 'U___d800_'],
  ])('%s', (escaped, name) => expect(unescapeLabelName(escaped)).toBe(name));
});
