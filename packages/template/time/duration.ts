import { type GoMethod, type GoType, INT64 } from '../values/go-type.ts';
import { GoInt } from '../values/go-value.ts';

/** Nanoseconds in a second. */
export const NS_PER_SECOND = 1e9;

const NS_PER = { microsecond: 1_000n, millisecond: 1_000_000n, second: 1_000_000_000n } as const;
const MAX_NS = (1n << 63n) - 1n;
const MIN_NS = -(1n << 63n);

/** `1h30m0s`, `1.5s`, `100ms`, `0s`, as Go writes a time.Duration of so many nanoseconds. */
export function durationText(ns: bigint): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  const size = ns < 0n ? -ns : ns;
  if (size < NS_PER.microsecond) return `${sign}${size}ns`;
  if (size < NS_PER.millisecond) return `${sign}${withFraction(size, 3)}µs`;
  if (size < NS_PER.second) return `${sign}${withFraction(size, 6)}ms`;
  const minutes = size / (60n * NS_PER.second);
  const seconds = withFraction(size % (60n * NS_PER.second), 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes % 60n}m${seconds}s`;
}

/** value / 10^digits without trailing zeros. */
function withFraction(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${value / scale}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A time.Duration; what is too long for 64 bits stops at the longest. */
export function goDuration(ns: bigint): GoInt {
  return new GoInt(DURATION, ns > MAX_NS ? MAX_NS : ns < MIN_NS ? MIN_NS : ns);
}

function nsOf(value: unknown): bigint {
  return (value as GoInt).value;
}

function unit(per: bigint): GoMethod {
  const whole = (ns: bigint): number => Number(ns / per) + Number(ns % per) / Number(per);
  return { params: [], call: (self) => whole(nsOf(self)) };
}

function count(per: bigint): GoMethod {
  return { params: [], call: (self) => new GoInt(INT64, nsOf(self) / per) };
}

/** Toward zero, to a multiple of m. */
export function truncateNs(ns: bigint, m: bigint): bigint {
  return m <= 0n ? ns : ns - (ns % m);
}

/** To the nearest multiple of m, halves away from zero. */
export function roundNs(ns: bigint, m: bigint): bigint {
  if (m <= 0n) return ns;
  const rest = ns % m;
  const size = rest < 0n ? -rest : rest;
  if (size + size < m) return ns - rest;
  return ns < 0n ? ns - rest - m : ns - rest + m;
}

const methods = new Map<string, GoMethod>([
  ['Hours', unit(3600n * NS_PER.second)],
  ['Minutes', unit(60n * NS_PER.second)],
  ['Seconds', unit(NS_PER.second)],
  ['Milliseconds', count(NS_PER.millisecond)],
  ['Microseconds', count(NS_PER.microsecond)],
  ['Nanoseconds', count(1n)],
  ['String', { params: [], call: (self) => durationText(nsOf(self)) }],
  ['Abs', { params: [], call: (self) => goDuration(nsOf(self) < 0n ? -nsOf(self) : nsOf(self)) }],
]);

/** Go's time.Duration: an int64 of nanoseconds with methods. */
export const DURATION: GoType = {
  name: 'time.Duration',
  kind: 'int',
  underlying: 'int64',
  text: (value) => durationText(nsOf(value)),
  methods,
};

methods.set('Truncate', {
  params: [DURATION],
  call: (self, [by]) => goDuration(truncateNs(nsOf(self), nsOf(by))),
});
methods.set('Round', { params: [DURATION], call: (self, [by]) => goDuration(roundNs(nsOf(self), nsOf(by))) });
