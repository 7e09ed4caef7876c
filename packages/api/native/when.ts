import { PetrelError, quote } from '@petrel/model';
import { parseDurationMs, parseTimeMs } from '../prometheus/time.ts';

const RELATIVE = /^(?:now\s*)?([+-])\s*(\d[0-9a-z]*[a-z])$/;

/**
 * A time as people write it: RFC 3339, seconds since the epoch, `now`, or relative to now (`-7d`, `now-1h30m`, `+5m`). Whole milliseconds. Throws
 * BAD_REQUEST.
 */
export function parseWhenMs(text: string, nowMs: number): number {
  const trimmed = text.trim();
  if (trimmed === 'now') return nowMs;
  const relative = RELATIVE.exec(trimmed);
  if (relative === null) return parseTimeMs(trimmed);
  const [, sign, duration = ''] = relative;
  const ms = parseDurationMs(duration);
  return Math.round(sign === '-' ? nowMs - ms : nowMs + ms);
}

/** The named time, or what stands in for it; an error says which it was. */
export function whenMs(
  name: string,
  text: string,
  { nowMs, fallbackMs }: { nowMs: number; fallbackMs: number },
): number {
  if (text.trim() === '') return fallbackMs;
  try {
    return parseWhenMs(text, nowMs);
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    throw new PetrelError('BAD_REQUEST', `invalid parameter ${quote(name)}: ${error.message}`);
  }
}

/** RFC 3339 with milliseconds. */
export function timeText(tMs: number): string {
  return new Date(tMs).toISOString();
}
