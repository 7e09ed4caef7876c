import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['15d', 1_296_000_000],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
    ['250ms', 250],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '1', '-1s', '1.5h', '1m1h', '1 h', '1S', 's', '300y'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [90 * 60_000, '1h30m'],
    [8 * 86_400_000, '8d'],
    [14 * 86_400_000, '2w'],
    [36 * 3_600_000, '36h'],
    [365 * 86_400_000, '1y'],
    [1_500, '1s500ms'],
  ])('prints %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (ms) => parseDuration(formatDuration(ms)) === ms),
    );
  });
});

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['1B', 1],
    ['512MB', 512 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['1GB512MB', 1.5 * 1024 ** 3],
    ['-1GB', -(1024 ** 3)],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '100', 'MB', '1mb', '1 GB', '1.GBx'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('reads what it prints', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => parseSize(formatSize(bytes)) === bytes));
  });
});
