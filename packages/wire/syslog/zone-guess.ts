import type { WallTime } from './message.ts';

const MINUTE_MS = 60_000;
const MS_NS = 1_000_000n;

/** Senders whose zone is remembered; the one that was heard of first goes. */
const MAX_SENDERS = 10_000;
/** A message is on its way for no longer than this, as a rule. */
const FRESH_MS = 60_000;
/** Within this, a time needs no explanation by a zone. */
const PLAUSIBLE_MS = 10 * MINUTE_MS;

/** Every offset from UTC that is in use, in minutes. */
const OFFSETS: ReadonlySet<number> = new Set([
  ...Array.from({ length: 27 }, (_, i) => (i - 12) * 60),
  ...[-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765],
]);

/**
 * Times without a zone, and mostly without a year, become instants. A year is the one that brings the time nearest to now. A zone, where none is configured, is learnt from each
 * sender: when its clock is apart from ours by a whole offset that is in use, to the minute, that is its zone, until it does not fit any more. Before that it is UTC.
 */
export class ZoneGuess {
  readonly #offsets = new Map<string, number>();

  /** `timeZone`: an IANA name that holds for every sender; nothing is guessed then. */
  constructor(private readonly timeZone?: string) {
    // Throws a RangeError for a name that is none.
    if (timeZone !== undefined) zoneOffsetMs(timeZone, 0);
  }

  /** Nanoseconds since the epoch. */
  resolve(wall: WallTime, sender: string, nowMs: number): bigint {
    const utcMs = nearest(wall, nowMs);
    return BigInt(utcMs - this.#offsetMs(utcMs, sender, nowMs)) * MS_NS + BigInt(wall.nanos);
  }

  #offsetMs(utcMs: number, sender: string, nowMs: number): number {
    if (this.timeZone !== undefined) return zoneOffsetMs(this.timeZone, utcMs);
    const known = (this.#offsets.get(sender) ?? 0) * MINUTE_MS;
    if (Math.abs(utcMs - known - nowMs) <= PLAUSIBLE_MS) return known;
    const minutes = Math.round((utcMs - nowMs) / (15 * MINUTE_MS)) * 15;
    if (!OFFSETS.has(minutes) || Math.abs(utcMs - minutes * MINUTE_MS - nowMs) > FRESH_MS) return known;
    if (this.#offsets.size >= MAX_SENDERS && !this.#offsets.has(sender)) {
      this.#offsets.delete(this.#offsets.keys().next().value as string);
    }
    this.#offsets.set(sender, minutes);
    return minutes * MINUTE_MS;
  }
}

/** The wall's time as if it were UTC, in the year that is nearest to now. */
function nearest(wall: WallTime, nowMs: number): number {
  const at = (year: number) => Date.UTC(year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  if (wall.year !== undefined) return at(wall.year);
  const year = new Date(nowMs).getUTCFullYear();
  const candidates = [year - 1, year, year + 1].map(at);
  return candidates.reduce((best, ms) => (Math.abs(ms - nowMs) < Math.abs(best - nowMs) ? ms : best));
}

/** How far the zone's clocks are ahead of UTC when they show what UTC's show at `wallMs`. */
function zoneOffsetMs(timeZone: string, wallMs: number): number {
  const first = offsetAt(timeZone, wallMs);
  return offsetAt(timeZone, wallMs - first);
}

function offsetAt(timeZone: string, ms: number): number {
  const text =
    formatOf(timeZone)
      .formatToParts(ms)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null) return 0;
  const size = (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * MINUTE_MS + Number(match[4] ?? 0) * 1000;
  return match[1] === '-' ? -size : size;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  return format;
}
