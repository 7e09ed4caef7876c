const MS = 1_000_000n;

/** Between these, a number is what its size says: seconds below 1e11 (the year 5138), then milliseconds, microseconds, nanoseconds. */
const MS_FROM = 1e11;
const US_FROM = 1e14;
const NS_FROM = 1e17;
/** Of a signed 64-bit count of nanoseconds. */
const MAX_NS = 9_223_372_036_000_000_000n;

/** `2026-01-02T03:04:05.678901234+01:00`, with a space or a `T`, a dot or a comma; without a zone it is UTC. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?\s*([Zz]|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$/;

/**
 * The time that a log record gives, in nanoseconds since the epoch: RFC 3339 and what loggers make of it, numbers of seconds (with a fraction), milliseconds,
 * microseconds or nanoseconds by their size, and what `Date.parse` reads of the older mail formats. Undefined where the text is no time or none that 64 bits hold.
 */
export function parseLogTime(text: string): bigint | undefined {
  const trimmed = text.trim();
  const ns = /^\d+(?:\.\d+)?(?:[eE]\+?\d+)?$/.test(trimmed) ? numberNs(trimmed) : (isoNs(trimmed) ?? mailNs(trimmed));
  return ns !== undefined && ns >= 0n && ns <= MAX_NS ? ns : undefined;
}

function numberNs(text: string): bigint | undefined {
  const value = Number(text);
  if (!Number.isFinite(value) || value >= 1e19) return undefined;
  const scale = value < MS_FROM ? 9 : value < US_FROM ? 6 : value < NS_FROM ? 3 : 0;
  if (/[eE]/.test(text)) return (BigInt(Math.round(value * 1e3)) * 10n ** BigInt(scale)) / 1000n;
  // By digits: a double does not hold nanoseconds since the epoch.
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
}

function isoNs(text: string): bigint | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const date = Number(day);
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const ms = Date.UTC(Number(year), Number(month) - 1, date, Number(hour), Number(minute), Number(second));
  const check = new Date(Date.UTC(Number(year), Number(month) - 1, date));
  if (check.getUTCDate() !== date || check.getUTCMonth() !== Number(month) - 1) return undefined;
  return BigInt(ms - zoneMs(zone)) * MS + BigInt(fraction.padEnd(9, '0'));
}

function zoneMs(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** `Mon, 02 Jan 2026 15:04:05 GMT`. */
function mailNs(text: string): bigint | undefined {
  if (!/^[A-Z][a-z]{2},? /.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * MS;
}
