/** A moment as the clock on a wall shows it. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0 to 1439. */
  readonly minuteOfDay: number;
  readonly daysInMonth: number;
}

const DAY_MS = 86_400_000;
/** Eleven years of days; a rehearsal over more starts again. */
const MAX_CACHED_DAYS = 4096;

/** The wall clock of a time zone of the IANA database; exact at its changes, and quick between them. */
export class Zone {
  readonly #format: Intl.DateTimeFormat | undefined;
  /** Offsets by day of the epoch, for days in which the zone does not change. */
  readonly #offsets = new Map<number, number>();

  /** Throws a RangeError with Go's message when there is no such zone. `Local` is the zone of the process. */
  constructor(readonly name: string) {
    if (name === '' || name === 'UTC') return;
    const timeZone = name === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
    // Intl takes offsets such as +02:00 as well, which are no names of the database.
    if (/^[+-]/.test(timeZone)) throw new RangeError(`unknown time zone ${name}`);
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw new RangeError(`unknown time zone ${name}`);
    }
  }

  wallTimeAt(tMs: number): WallTime {
    const local = new Date(tMs + this.#offsetAt(tMs));
    const year = local.getUTCFullYear();
    const month = local.getUTCMonth();
    return {
      year,
      month: month + 1,
      day: local.getUTCDate(),
      weekday: local.getUTCDay(),
      minuteOfDay: local.getUTCHours() * 60 + local.getUTCMinutes(),
      daysInMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
    };
  }

  /** What is added to UTC, in milliseconds. */
  #offsetAt(tMs: number): number {
    if (this.#format === undefined) return 0;
    const day = Math.floor(tMs / DAY_MS);
    const known = this.#offsets.get(day);
    if (known !== undefined) return known;
    const atStart = readOffset(this.#format, day * DAY_MS);
    // No zone changes twice in a day.
    if (atStart !== readOffset(this.#format, (day + 1) * DAY_MS - 1000)) return readOffset(this.#format, tMs);
    if (this.#offsets.size >= MAX_CACHED_DAYS) this.#offsets.clear();
    this.#offsets.set(day, atStart);
    return atStart;
  }
}

function readOffset(format: Intl.DateTimeFormat, tMs: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(tMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(tMs / 1000) * 1000;
}
