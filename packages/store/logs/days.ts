const NS_PER_DAY = 86_400_000_000_000n;

export const DAY_MS = 86_400_000;

/** A day since the epoch as the type Date can hold it. */
export function clampDay(day: number): number {
  return Math.min(65_534, Math.max(0, Math.floor(day)));
}

/** The day on which a nanosecond stands, cut to what Date can hold. */
export function dayOfNs(ns: bigint): number {
  return ns < 0n ? 0 : clampDay(Number(ns / NS_PER_DAY));
}
