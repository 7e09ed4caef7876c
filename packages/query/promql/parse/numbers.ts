/** Numbers and durations as PromQL writes them, and as Go and Prometheus print them. */

export type Parsed = { readonly value: number } | { readonly error: string };

/** A number token: decimal, hexadecimal, octal with a leading 0, underscores between digits, Inf, NaN. Errors as Go words them. */
export function parseNumber(text: string): Parsed {
  const lower = text.toLowerCase();
  if (lower === 'inf' || lower === '+inf') return { value: Number.POSITIVE_INFINITY };
  if (lower === '-inf') return { value: Number.NEGATIVE_INFINITY };
  if (lower === 'nan') return { value: Number.NaN };
  if (text.includes('_') && !underscoresSeparateDigits(lower)) return invalid(text);
  const plain = lower.replaceAll('_', '');
  if (plain.startsWith('0x')) {
    // Beyond 64 bits Go wants a hexadecimal float, which has an exponent.
    return /^0x[0-9a-f]+$/.test(plain) && BigInt(plain) < 1n << 63n ? { value: Number(plain) } : invalid(text);
  }
  if (/^0[0-7]+$/.test(plain)) {
    const octal = BigInt(`0o${plain.slice(1)}`);
    if (octal < 1n << 63n) return { value: Number(octal) };
  }
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) return invalid(text);
  const value = Number(plain);
  return Number.isFinite(value)
    ? { value }
    : { error: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range` };
}

function invalid(text: string): Parsed {
  return { error: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax` };
}

function underscoresSeparateDigits(lower: string): boolean {
  const digits = lower.startsWith('0x') ? lower.slice(1).replace(/^x/, '0') : lower;
  const digit = lower.startsWith('0x') ? '[0-9a-f]' : '[0-9]';
  return (
    !digits.startsWith('_') && digits.replaceAll(new RegExp(`(?<=${digit})_(?=${digit})`, 'g'), '').indexOf('_') < 0
  );
}

const UNITS: readonly (readonly [string, number])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Go's time.Duration ends at 2^63 nanoseconds. */
const MAX_DURATION_MS = 9_223_372_036_854;

/** A duration such as `1h30m` in milliseconds; units from the longest to the shortest, each once. `0` needs no unit. */
export function parseDuration(text: string): Parsed {
  if (text === '0') return { value: 0 };
  if (text === '') return { error: 'empty duration string' };
  const match = DURATION.exec(text);
  if (match === null) return { error: `not a valid duration string: ${JSON.stringify(text)}` };
  let ms = 0;
  UNITS.forEach(([, unit], i) => {
    ms += Number(match[i + 1] ?? 0) * unit;
  });
  return ms > MAX_DURATION_MS ? { error: 'duration out of range' } : { value: ms };
}

/** Years and weeks only where they come out even, as Prometheus prints durations: `5m`, `1h30m`, `1y`, `0s`. */
export function formatDuration(durationMs: number): string {
  let rest = Math.trunc(durationMs);
  if (rest === 0) return '0s';
  let out = '';
  for (const [unit, size] of UNITS) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) out += `${count}${unit}`;
    rest -= count * size;
  }
  return out;
}

/** Whole milliseconds of a number of seconds, over nanoseconds as Prometheus computes it. */
export function secondsToMs(seconds: number): number {
  const ms = Math.trunc(Math.round(seconds * 1e9) / 1e6);
  return ms === 0 ? 0 : ms;
}

/** As Go's FormatFloat(v, 'f', -1, 64): the shortest digits that read back, never an exponent. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', lead = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = lead + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits}${'0'.repeat(Math.max(0, exponent - fraction.length))}`;
}
