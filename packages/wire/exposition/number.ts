const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);
const MAX_EXACT = 2 ** 53;

/**
 * The float in a byte range by the rules of Prometheus's scrape parser (Go's ParseFloat without hexadecimal and underscores), or undefined
 * where it is none. Plain decimals up to 2^53 with up to 22 decimal places are computed exactly without a string.
 */
export function parseFloatBytes(bytes: Buffer, start: number, end: number): number | undefined {
  let i = start;
  const first = bytes[i];
  const negative = first === 0x2d;
  if (negative || first === 0x2b) i++;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      digits++;
    } else if (byte === 0x2e && point < 0) point = i;
    else return parseSlow(bytes, start, end);
  }
  if (digits === 0) return undefined;
  const decimals = point < 0 ? 0 : end - point - 1;
  // Up to 2^53 the mantissa is exact, and so is the power of ten: one rounding, the right one.
  if (mantissa > MAX_EXACT || decimals > 22) return parseSlow(bytes, start, end);
  const value = decimals === 0 ? mantissa : mantissa / (POWERS[decimals] as number);
  return negative ? -value : value;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MAX_NUMBER_CHARS = 1100;

function parseSlow(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start > MAX_NUMBER_CHARS) return undefined;
  return parseFloatText(bytes.toString('latin1', start, end));
}

/** As `parseFloatBytes`, from a string. Out-of-range decimals are errors, as in Go. */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      return Infinity;
    case '-inf':
    case '-infinity':
      return -Infinity;
    default:
      return undefined;
  }
}

/** `le` and `quantile` values as Prometheus 3 stores them: always with a point or an exponent (`1` → `1.0`). */
export function normaliseFloatLabel(text: string): string {
  const value = parseFloatText(text);
  return value === undefined ? text : formatOpenMetricsFloat(value);
}

/** A float as OpenMetrics writes it: Go's shortest `%g` form, `.0` put behind whole numbers. */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatGoFloat(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Go's `strconv.FormatFloat(v, 'g', -1, 64)`: shortest digits, an exponent below 1e-4 and from 1e6 on. */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [digits, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const size = Math.abs(exponent);
    return `${digits}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  return value.toString();
}

/** Without an exponent, shortest digits, `+Inf`: how OpenTelemetry's bucket bounds become `le`. */
export function formatPlainFloat(value: number): string {
  if (!Number.isFinite(value)) return formatGoFloat(value);
  const text = String(value);
  if (!text.includes('e')) return text;
  if (Math.abs(value) >= 1) return BigInt(value).toString();
  const [digits, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-Number(exponent) - 1)}${digits.replace('.', '')}`;
}
