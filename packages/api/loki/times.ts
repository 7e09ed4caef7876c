import { PetrelError, quote } from '@petrel/model';

export const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** Go's time in nanoseconds: 63 bits. */
const MAX_NS = 2n ** 63n - 1n;
const MIN_NS = -(2n ** 63n);
const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const RFC3339 = /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
const MAX_DURATION_MS = 9_223_372_036_854;

/** A time as Loki takes it, in nanoseconds: seconds with a point, whole seconds of at most ten digits, nanoseconds, RFC 3339. Throws BAD_REQUEST. */
export function parseTimeNs(text: string): bigint {
  if (text.includes('.') && FLOAT.test(text)) {
    const seconds = Number(text);
    if (Number.isFinite(seconds)) return floatSecondsNs(seconds);
  }
  if (INTEGER.test(text)) {
    const whole = BigInt(text.startsWith('+') ? text.slice(1) : text);
    if (whole > MAX_NS || whole < MIN_NS) throw badTime(text, 'value out of range');
    return text.length <= 10 ? whole * NS_PER_SECOND : whole;
  }
  const dated = rfc3339Ns(text);
  if (dated === undefined) throw badTime(text, 'invalid syntax');
  return dated;
}

/** Milliseconds count; what is finer in a float is noise. */
function floatSecondsNs(seconds: number): bigint {
  const whole = Math.trunc(seconds);
  const ms = Math.round((seconds - whole) * 1000);
  return clampNs(BigInt(whole) * NS_PER_SECOND + BigInt(ms) * NS_PER_MS);
}

function rfc3339Ns(text: string): bigint | undefined {
  const found = RFC3339.exec(text);
  if (found === null) return undefined;
  const [, day = '', clock = '', fraction = '', zone = ''] = found;
  // Date.parse reads the 30th of February as the 2nd of March.
  if (Number.isNaN(Date.parse(day)) || !new Date(day).toISOString().startsWith(day)) return undefined;
  const ms = Date.parse(`${day}T${clock}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return clampNs(BigInt(ms) * NS_PER_MS + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

export function clampNs(ns: bigint): bigint {
  return earlierNs(laterNs(ns, MIN_NS), MAX_NS);
}

function badTime(text: string, why: string): PetrelError {
  return new PetrelError('BAD_REQUEST', `strconv.ParseInt: parsing ${quote(text)}: ${why}`);
}

/** Seconds as a float or a duration such as `1h30m`, in milliseconds with fractions; may be negative. Throws BAD_REQUEST with Loki's words. */
export function parseSecondsOrDurationMs(text: string): number {
  if (FLOAT.test(text)) {
    const ms = Number(text) * 1000;
    if (Math.abs(ms) > MAX_DURATION_MS) {
      throw new PetrelError('BAD_REQUEST', `cannot parse ${quote(text)} to a valid duration. It overflows int64`);
    }
    return ms;
  }
  const ms = durationMs(text);
  if (ms === undefined) throw new PetrelError('BAD_REQUEST', `cannot parse ${quote(text)} to a valid duration`);
  return ms;
}

/** A Prometheus duration: units from large to small, each once. Undefined where it is none. */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const found = DURATION.exec(text);
  if (found === null || text === '') return undefined;
  const ms = UNITS_MS.reduce((sum, unitMs, i) => sum + unitMs * Number(found[i + 1] ?? 0), 0);
  return ms > MAX_DURATION_MS ? undefined : ms;
}

/** Loki's step where none is given: a 250th of the range in whole seconds, at least one. */
export function defaultStepMs(startNs: bigint, endNs: bigint): number {
  const seconds = Number(endNs - startNs) / 1e9;
  return Math.max(Math.floor(seconds / 250), 1) * 1000;
}

export function laterNs(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

export function earlierNs(a: bigint, b: bigint): bigint {
  return laterNs(a, b) === a ? b : a;
}

export function nsOfMs(ms: number): bigint {
  return clampNs(BigInt(Math.round(ms)) * NS_PER_MS);
}

/** Whole milliseconds, rounded down. */
export function msOfNs(ns: bigint): number {
  const ms = ns / NS_PER_MS;
  return Number(ns < 0n && ns % NS_PER_MS !== 0n ? ms - 1n : ms);
}
