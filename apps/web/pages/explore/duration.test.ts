import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { automaticStepMs, formatDurationMs, parseDurationMs } from './duration.ts';

describe('durations', () => {
  it('reads what Prometheus writes', () => {
    expect(parseDurationMs('1h30m')).toBe(5_400_000);
    expect(parseDurationMs(' 15s ')).toBe(15_000);
    expect(parseDurationMs('250ms')).toBe(250);
    expect(parseDurationMs('1y')).toBe(365 * 86_400_000);
    expect(parseDurationMs('15')).toBe(15_000);
  });

  it.each(['', 'abc', '5 m', '-5m', '0', '5parsecs', 'm5'])('refuses %j', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), (ms) => {
        expect(parseDurationMs(formatDurationMs(ms))).toBe(ms);
      }),
    );
  });

  it('chooses at most about 250 steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 400 * 86_400_000 }), (range) => {
        const step = automaticStepMs(range);
        expect(range / step).toBeLessThanOrEqual(250.001);
        expect(step % 1000).toBe(0);
      }),
    );
    expect(automaticStepMs(3_600_000)).toBe(15_000);
  });
});
