import { formatFloat } from '../print/float.ts';
import { FunctionError } from '../template-error.ts';
import { GoTime } from '../time/go-time.ts';
import { toFloat } from './convert.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const;
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'] as const;
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'] as const;

/** Nanoseconds that 64 bits hold. */
const MAX_NS = 2 ** 63;

function fourDigits(value: number): string {
  return formatFloat(value, 'g', 4);
}

function scaledDown(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(rest) < base) break;
    prefix = next;
    rest /= base;
  }
  return fourDigits(rest) + prefix;
}

function scaledUp(value: number): string {
  let rest = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return fourDigits(rest) + prefix;
}

/** `1.235M`, `120m`: four digits and a metric prefix. */
export function humanize(value: unknown): string {
  const number = toFloat(value);
  if (number === 0 || !Number.isFinite(number)) return fourDigits(number);
  return Math.abs(number) >= 1 ? scaledDown(number, 1000, LARGE) : scaledUp(number);
}

/** `1.177Mi`: four digits and a binary prefix. */
export function humanize1024(value: unknown): string {
  const number = toFloat(value);
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return fourDigits(number);
  return scaledDown(number, 1024, BINARY);
}

/** `14d 6h 56m 7s`, `1.234s`, `100ms`; the value is in seconds. */
export function humanizeDuration(value: unknown): string {
  const seconds = toFloat(value);
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return `${fourDigits(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = BigInt(Math.trunc(size));
  const [s, m, h, d] = [whole % 60n, (whole / 60n) % 60n, (whole / 3600n) % 24n, whole / 86_400n];
  if (d !== 0n) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h !== 0n) return `${sign}${h}h ${m}m ${s}s`;
  if (m !== 0n) return `${sign}${m}m ${s}s`;
  return `${sign}${fourDigits(size)}s`;
}

/** `12.35%` of a ratio. */
export function humanizePercentage(value: unknown): string {
  return `${fourDigits(toFloat(value) * 100)}%`;
}

/** `2015-06-23 13:19:44.128 +0000 UTC` of seconds since 1970. */
export function humanizeTimestamp(value: unknown): string {
  const seconds = toFloat(value);
  return Number.isFinite(seconds) ? timeOfSeconds(seconds).toString() : fourDigits(seconds);
}

/** Seconds since 1970 as a time, to the millisecond. Throws FunctionError for what 64 bits of nanoseconds cannot hold. */
export function timeOfSeconds(seconds: number): GoTime {
  if (!Number.isFinite(seconds)) throw new FunctionError('value is NaN or Inf');
  const ns = seconds * 1e9;
  if (ns > MAX_NS || ns < -MAX_NS) {
    const text = formatFloat(seconds, 'g', -1);
    throw new FunctionError(`${text} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  }
  return GoTime.fromUnixMs(Math.trunc(Math.trunc(ns) / 1e6));
}
