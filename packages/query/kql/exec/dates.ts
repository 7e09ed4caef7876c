/** A moment as it was written: from its first to its last nanosecond since the epoch, so `2024-05` is a month. */
export interface DateSpan {
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export type DateUnit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's';

const NS_PER_MS = 1_000_000n;
const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?|T)?)?)?$/i;

/** ISO 8601, in UTC where it names no zone. Undefined for what is no date. */
export function parseIsoDate(text: string): DateSpan | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const n = (part: string | undefined, otherwise: number) => (part === undefined ? otherwise : Number(part));
  const date = new Date(0);
  date.setUTCFullYear(n(year, 1970), n(month, 1) - 1, n(day, 1));
  date.setUTCHours(n(hour, 0), n(minute, 0), n(second, 0));
  if (date.getUTCMonth() !== n(month, 1) - 1 || date.getUTCDate() !== n(day, 1)) return undefined;
  if (n(hour, 0) > 23 || n(minute, 0) > 59 || n(second, 0) > 59) return undefined;
  const shiftNs = BigInt(zoneMinutes(zone)) * 60_000n * NS_PER_MS;
  const wholeNs = BigInt(date.getTime()) * NS_PER_MS - shiftNs;
  if (fraction !== undefined) {
    const unitNs = 10n ** BigInt(9 - fraction.length);
    const firstNs = wholeNs + BigInt(fraction) * unitNs;
    return { firstNs, lastNs: firstNs + unitNs - 1n };
  }
  const unit: DateUnit = second ? 's' : minute ? 'm' : hour ? 'h' : day ? 'd' : month ? 'M' : 'y';
  const endMs = shiftDate(date.getTime(), 1, unit);
  return { firstNs: wholeNs, lastNs: BigInt(endMs) * NS_PER_MS - shiftNs - 1n };
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Milliseconds since the epoch, moved by so many units of the calendar in UTC; a day that the month does not have becomes its last. */
function shiftDate(ms: number, amount: number, unit: DateUnit): number {
  const date = new Date(ms);
  switch (unit) {
    case 'y':
    case 'M': {
      const day = date.getUTCDate();
      date.setUTCDate(1);
      date.setUTCMonth(date.getUTCMonth() + amount * (unit === 'y' ? 12 : 1));
      const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
      date.setUTCDate(Math.min(day, days));
      return date.getTime();
    }
    default:
      return ms + amount * MS[unit];
  }
}

const MS = { w: 7 * 86_400_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** The start of the unit that a moment lies in; weeks begin on Monday. */
function floorDate(ms: number, unit: DateUnit): number {
  const date = new Date(ms);
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0, 1);
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  // The epoch was a Thursday.
  if (unit === 'w') return Math.floor((ms - 4 * MS.d) / MS.w) * MS.w + 4 * MS.d;
  return Math.floor(ms / MS[unit]) * MS[unit];
}

const MATH = /^(?:[+-]\d*[yMwdhHms]|\/[yMwdhHms])*$/;
const STEP = /([+-])(\d*)([yMwdhHms])|\/([yMwdhHms])/g;

/**
 * A date as Elasticsearch's ranges take it: ISO 8601, milliseconds since the epoch, `now`, and arithmetic behind `now` or `date||` (`now-1d/d`,
 * `2024-01-01||+1M`). Rounding makes it the whole unit. Undefined for what is no date.
 */
export function parseDateMath(text: string, nowMs: number): DateSpan | undefined {
  const split = text.startsWith('now') ? 3 : text.indexOf('||');
  const anchor = split < 0 ? text : text.slice(0, split);
  const math = split < 0 ? '' : text.slice(split === 3 && anchor === 'now' ? 3 : split + 2);
  let span = anchor === 'now' ? spanOfMs(nowMs) : (epochMs(anchor) ?? parseIsoDate(anchor));
  if (span === undefined || !MATH.test(math)) return undefined;
  for (const [, sign, digits, unit, rounding] of math.matchAll(STEP)) {
    const name = (rounding ?? unit ?? 's').replace('H', 'h') as DateUnit;
    const amount = (sign === '-' ? -1 : 1) * Number(digits === undefined || digits === '' ? 1 : digits);
    span = rounding === undefined ? shiftSpan(span, amount, name) : roundSpan(span, name);
    if (span === undefined) return undefined;
  }
  return span;
}

function spanOfMs(ms: number): DateSpan {
  const firstNs = BigInt(Math.floor(ms)) * NS_PER_MS;
  return { firstNs, lastNs: firstNs + NS_PER_MS - 1n };
}

/** Four digits are a year. */
function epochMs(text: string): DateSpan | undefined {
  return /^-?\d{5,15}$/.test(text) ? spanOfMs(Number(text)) : undefined;
}

function shiftSpan({ firstNs, lastNs }: DateSpan, amount: number, unit: DateUnit): DateSpan | undefined {
  const move = (ns: bigint) => {
    const ms = ns >= 0n ? ns / NS_PER_MS : -((-ns + NS_PER_MS - 1n) / NS_PER_MS);
    const moved = shiftDate(Number(ms), amount, unit);
    return Number.isSafeInteger(moved) ? BigInt(moved) * NS_PER_MS + (ns - ms * NS_PER_MS) : undefined;
  };
  const first = move(firstNs);
  const last = move(lastNs);
  return first === undefined || last === undefined ? undefined : { firstNs: first, lastNs: last };
}

function roundSpan({ firstNs }: DateSpan, unit: DateUnit): DateSpan | undefined {
  const ms = Number(firstNs >= 0n ? firstNs / NS_PER_MS : -((-firstNs + NS_PER_MS - 1n) / NS_PER_MS));
  const floor = floorDate(ms, unit);
  if (!Number.isSafeInteger(floor)) return undefined;
  return { firstNs: BigInt(floor) * NS_PER_MS, lastNs: BigInt(shiftDate(floor, 1, unit)) * NS_PER_MS - 1n };
}

/** A number in a document, taken for a moment: seconds, milli-, micro- or nanoseconds since the epoch, by its size. */
export function epochNs(value: number): bigint | undefined {
  const size = Math.abs(value);
  if (!(size < 1e20)) return undefined;
  if (size < 1e11) return BigInt(Math.round(value * 1e6)) * 1000n;
  if (size < 1e14) return BigInt(Math.round(value * 1e3)) * 1000n;
  return size < 1e17 ? BigInt(Math.round(value)) * 1000n : BigInt(Math.round(value));
}
