const FORMAT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?)?$/;

/** Go's zero time: where it stands for a time, none is given. */
export const ZERO_TIME_MS = -62_135_596_800_000;

/** The forms of a date-time that go-openapi reads: RFC 3339, and ISO 8601 with less of it (UTC where no zone is named). Whole ms; undefined: none of them. */
export function parseDateTime(text: string): number | undefined {
  const found = FORMAT.exec(text);
  if (found === null) return undefined;
  const part = (i: number): number => Number(found[i] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return undefined;
  const date = new Date(0);
  // Not Date.UTC, which takes the years up to 99 for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, Number((found[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const offsetMs = (part(10) * 60 + part(11)) * 60_000 * (found[9] === '-' ? -1 : 1);
  return date.getTime() - offsetMs;
}

/** RFC 3339 in UTC with milliseconds. Years beyond 9999 cannot be written so and are cut there. */
export function formatDateTime(tMs: number): string {
  return new Date(Math.min(Math.max(tMs, FIRST_MS), LAST_MS)).toISOString();
}

const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;
