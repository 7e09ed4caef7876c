import { describe, expect, it } from 'vitest';
import type { CardLimits } from './card.ts';
import { fitCard } from './fit-card.ts';

describe('fitting a card', () => {
  const tried = (limitBytes: number, sizeOf: (limits: CardLimits) => number): CardLimits[] => {
    const attempts: CardLimits[] = [];
    const build = (limits: CardLimits): CardLimits => {
      attempts.push(limits);
      return limits;
    };
    expect(fitCard(build, { maxAlerts: 10, limitBytes, sizeOf })).toBe(attempts.at(-1));
    return attempts;
  };

  it('takes the first that is small enough', () => {
    expect(tried(100, () => 100)).toHaveLength(1);
    const attempts = tried(3000, ({ maxAlerts, maxTextRunes }) => maxAlerts * maxTextRunes);
    expect(attempts.map(({ maxAlerts, maxTextRunes }) => [maxAlerts, maxTextRunes])).toEqual([
      [10, 600],
      [10, 300],
    ]);
  });

  it('shows one alert at least, and ends', () => {
    const attempts = tried(0, () => 1);
    expect(attempts.at(-1)).toMatchObject({ maxAlerts: 1 });
    expect(attempts.every((limits, i) => i === 0 || limits.maxTextRunes <= (attempts[i - 1]?.maxTextRunes ?? 0))).toBe(
      true,
    );
  });
});
