const FIRST_MS = 500;
const FACTOR = 1.5;
const LONGEST_MS = 60_000;

/** How long to wait after the failed attempt `attempt` (from 1). As Alertmanager's, without its chance: half a second, half as much more each time, at most a minute. */
export function backoffMs(attempt: number): number {
  return Math.min(LONGEST_MS, Math.round(FIRST_MS * FACTOR ** (attempt - 1)));
}
