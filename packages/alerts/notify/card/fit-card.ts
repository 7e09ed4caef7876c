import type { CardLimits } from './card.ts';

/** The limits get tighter in this order until the body fits. In JSON a character may take six bytes. */
const STEPS: readonly (Omit<CardLimits, 'maxAlerts'> & { readonly share: number })[] = [
  { share: 1, maxTextRunes: 600, maxUrlLength: 2000, maxOwnTextBytes: 16_000 },
  { share: 1, maxTextRunes: 300, maxUrlLength: 2000, maxOwnTextBytes: 12_000 },
  { share: 0.5, maxTextRunes: 300, maxUrlLength: 1000, maxOwnTextBytes: 8000 },
  { share: 0.3, maxTextRunes: 200, maxUrlLength: 1000, maxOwnTextBytes: 6000 },
  { share: 0.1, maxTextRunes: 200, maxUrlLength: 1000, maxOwnTextBytes: 4000 },
  { share: 0, maxTextRunes: 120, maxUrlLength: 500, maxOwnTextBytes: 3000 },
  { share: 0, maxTextRunes: 40, maxUrlLength: 300, maxOwnTextBytes: 2000 },
];

export interface FitOptions<T> {
  readonly maxAlerts: number;
  readonly limitBytes: number;
  sizeOf(value: T): number;
}

/** Builds with ever fewer alerts (at least one) and shorter texts until the size is within `limitBytes`; the last try is given as it is. */
export function fitCard<T>(build: (limits: CardLimits) => T, { maxAlerts, sizeOf, limitBytes }: FitOptions<T>): T {
  const attempts = STEPS.map(
    ({ share, ...limits }) =>
      () =>
        build({ ...limits, maxAlerts: Math.max(1, Math.ceil(maxAlerts * share)) }),
  );
  let value = (attempts[0] as () => T)();
  for (const attempt of attempts.slice(1)) {
    if (sizeOf(value) <= limitBytes) return value;
    value = attempt();
  }
  return value;
}
