const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A decimal number; undefined for anything else, hexadecimals and words among it. */
export function numberOf(text: string): number | undefined {
  const c = text.charCodeAt(0);
  // Digits, sign or point: most texts end here.
  if (!((c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2d || c === 0x2e)) return undefined;
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** What every usual way to write a number (`5`, `5.0`, `05`) has in it; undefined where exponents make it uncertain. */
export function digitsOf(text: string): string | undefined {
  const plain = /^[+-]?0*(\d*)(?:\.(\d*))?$/.exec(text);
  if (plain === null) return undefined;
  const fraction = (plain[2] ?? '').replace(/0+$/, '');
  const whole = plain[1] ?? '';
  if (fraction !== '') return `${whole}.${fraction}`;
  return whole === '' ? '0' : whole;
}

const UNITS_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};
const DURATION = /^[+-]?(?:(?:\d+(?:\.\d+)?)(?:ns|us|µs|μs|ms|s|m|h|d))+$/;

/** Nanoseconds of a duration with units, as Go prints it (`1.5s`, `2m30s`), days too. */
export function durationNs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h|d)/g)) {
    sum += Number(amount) * (UNITS_NS[unit as string] as number);
  }
  return text.startsWith('-') ? -sum : sum;
}

const BYTES = /^(\d+(?:\.\d+)?) ?([kmgtp]?i?b)$/i;

/** Bytes of a size with its unit (`10KB`, `1.5 MiB`): multiples of 1000, with an `i` of 1024. */
export function sizeBytes(text: string): number | undefined {
  const match = BYTES.exec(text);
  if (match === null) return undefined;
  const unit = (match[2] as string).toLowerCase();
  const power = 'bkmgtp'.indexOf(unit[0] as string);
  return Number(match[1]) * (unit.includes('i') ? 1024 : 1000) ** power;
}
