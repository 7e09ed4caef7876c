/** Durations and sizes as LogQL writes them: Prometheus's durations, Go's durations, bytes. */

export type Measured = { readonly value: number } | { readonly error: string };

const NS_PER_MS = 1e6;
/** Go's time.Duration ends here. */
const MAX_NS = 2 ** 63;

/** Milliseconds of Prometheus's units, from the longest to the shortest. */
const PROMETHEUS_UNITS: ReadonlyMap<string, number> = new Map([
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

/** `1h30m`, `5d`, `0`: each unit once, from the longest to the shortest, in milliseconds. Errors as Prometheus words them. */
export function parsePrometheusDuration(text: string): Measured {
  if (text === '0') return { value: 0 };
  if (text === '') return { error: 'empty duration string' };
  const invalid = { error: `not a valid duration string: ${JSON.stringify(text)}` };
  const order = [...PROMETHEUS_UNITS.keys()];
  let last = -1;
  let ms = 0;
  let rest = text;
  while (rest !== '') {
    const [whole = '', digits = '', unit = ''] = /^([0-9]+)([^0-9]+)/.exec(rest) ?? [];
    if (whole === '') return invalid;
    const size = PROMETHEUS_UNITS.get(unit);
    if (size === undefined) {
      return { error: `unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}` };
    }
    const at = order.indexOf(unit);
    if (at <= last) return invalid;
    last = at;
    ms += Number(digits) * size;
    if (ms * NS_PER_MS >= MAX_NS) return { error: 'duration out of range' };
    rest = rest.slice(whole.length);
  }
  return { value: ms };
}

const GO_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** `1h15m30.5s`, `-5m`, `100us`, in nanoseconds; undefined for what Go's time.ParseDuration refuses. */
export function parseGoDuration(text: string): number | undefined {
  const negative = text.startsWith('-');
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let ns = 0;
  while (rest !== '') {
    const [whole = '', digits = '', fraction = '', unit = ''] =
      /^([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/.exec(rest) ?? [];
    if (digits === '' && fraction === '') return undefined;
    const size = GO_UNITS[unit] as number;
    // Go's way: digits beyond nanoseconds are cut off, and none is lost to the binary fraction.
    ns += Number(digits) * size + Math.trunc(Number(fraction) * (size / 10 ** fraction.length));
    if (!(ns < MAX_NS)) return undefined;
    rest = rest.slice(whole.length);
  }
  return negative && ns !== 0 ? -ns : ns;
}

/** Prometheus's form, else Go's, in nanoseconds. */
export function parseDurationNs(text: string): number | undefined {
  const prometheus = parsePrometheusDuration(text);
  return 'value' in prometheus ? prometheus.value * NS_PER_MS : parseGoDuration(text);
}

const SCALES = 'kmgtpe';

/** `10GB`, `2.5KiB`, `5k`: decimal and binary multiples, whole bytes. Undefined for what is no size. */
export function parseBytes(text: string): number | undefined {
  const [, digits, scale = '', binary = ''] = /^([0-9]*\.?[0-9]*(?:e[+-]?[0-9]+)?)([kmgtpe]?)(i?)b?$/i.exec(text) ?? [];
  if (digits === undefined || !/[0-9]/.test(digits) || (scale === '' && binary !== '')) return undefined;
  const factor = scale === '' ? 1 : (binary === '' ? 1000 : 1024) ** (SCALES.indexOf(scale.toLowerCase()) + 1);
  const bytes = Math.trunc(Number(digits) * factor);
  return bytes < 2 ** 64 ? bytes : undefined;
}

/** A number as Go's ParseFloat reads it. The error is Go's. */
export function parseFloatLiteral(text: string): Measured {
  const lower = text.toLowerCase();
  const plain = lower.replaceAll(/(?<=[0-9a-f])_(?=[0-9a-f])/g, '');
  const invalid = { error: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax` };
  const hex = /^0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?[0-9]+)$/.exec(plain.replace(/^0x_/, '0x'));
  if (hex !== null && hex[1] !== undefined && hex[2] !== undefined && hex[1] + hex[2] !== '') {
    const mantissa = Number(`0x${hex[1]}${hex[2]}`);
    return finite(text, mantissa * 2 ** (Number(hex[3]) - 4 * hex[2].length));
  }
  if (!/^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(plain)) return invalid;
  return finite(text, Number(plain));
}

function finite(text: string, value: number): Measured {
  return Number.isFinite(value)
    ? { value }
    : { error: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range` };
}
