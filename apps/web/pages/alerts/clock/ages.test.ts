import { describe, expect, it } from 'vitest';
import { durationText, parseTime, spanText, tookText } from './ages.ts';

describe('texts of times', () => {
  it('names the two largest units of a span', () => {
    expect(spanText(0)).toBe('0s');
    expect(spanText(-5)).toBe('0s');
    expect(spanText(59_999)).toBe('59s');
    expect(spanText(3_600_000)).toBe('1h');
    expect(spanText(2 * 86_400_000 + 5 * 3_600_000 + 60_000)).toBe('2d 5h');
    expect(spanText(86_400_000 + 30_000)).toBe('1d');
  });

  it('writes durations as configurations do', () => {
    expect(durationText(0)).toBe('0s');
    expect(durationText(250)).toBe('250ms');
    expect(durationText(5_400_000)).toBe('1h30m');
    expect(durationText(300_000)).toBe('5m');
  });

  it('writes what an evaluation took', () => {
    expect(tookText(1.234)).toBe('1.23 s');
    expect(tookText(0.0045)).toBe('4.5 ms');
    expect(tookText(0.00032)).toBe('320 µs');
  });

  it('reads times as people write them', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    expect(parseTime('', now)).toBe(now);
    expect(parseTime('-1h30m', now)).toBe(now - 5_400_000);
    expect(parseTime('-1w', now)).toBe(now - 604_800_000);
    expect(parseTime('1764000000', now)).toBe(1_764_000_000_000);
    expect(parseTime('2026-11-22T09:30:00Z', now)).toBe(now - 1_800_000);
    expect(parseTime('2026-11-22 09:30', now)).toBe(new Date(2026, 10, 22, 9, 30).getTime());
    expect(parseTime('yesterday', now)).toBeUndefined();
  });
});
