/** Times of lines, nanoseconds as text. All in the reader's time zone. */

const MS_DIGITS = 6;

/** Milliseconds since the epoch. */
export function msOf(tsNs: string): number {
  return Number(tsNs.slice(0, -MS_DIGITS) || '0');
}

/** `14:03:07.123`, behind the day (`11-25 `) where the lines are of several days. */
export function shortTime(tsNs: string, withDay: boolean): string {
  const date = new Date(msOf(tsNs));
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
  return withDay ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}` : time;
}

/** `2026-11-25 14:03:07.123456789 +08:00`. */
export function fullTime(tsNs: string): string {
  const date = new Date(msOf(tsNs));
  const nanoseconds = tsNs.slice(-9).padStart(9, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${day} ${time}.${nanoseconds} ${zone}`;
}

/** True where two times are not of the same day. */
export function spansDays(fromMs: number, toMs: number): boolean {
  return new Date(fromMs).toDateString() !== new Date(toMs).toDateString();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function three(value: number): string {
  return String(value).padStart(3, '0');
}
