/**
 * Numbers as Go's strconv writes them with the shortest digits that read back as the same float64 (precision -1). JavaScript finds the
 * same digits; only exponents, -0, NaN and infinities are written differently.
 */

/** As in query answers: plain digits for 1e-6 ≤ |v| < 1e21, else an exponent of at least two digits (`1e-07`, `1e+21`). */
export function formatJsonFloat(value: number): string {
  // JavaScript switches to exponents at the very same bounds.
  const text = `${value}`;
  const abs = Math.abs(value);
  if (abs >= 1e-6 && abs < 1e21) return text;
  return special(value) ?? twoDigitExponent(text);
}

/** As `FormatFloat(v, 'f', -1, 64)`: never an exponent. Scalars and parsed number literals are written so. */
export function formatPlainFloat(value: number): string {
  const text = `${value}`;
  const abs = Math.abs(value);
  if (abs >= 1e-6 && abs < 1e21) return text;
  return special(value) ?? withoutExponent(text);
}

/** As `FormatFloat(v, 'g', -1, 64)`, the exposition format's: an exponent below 1e-4 and from 1e6 on. */
export function formatTextFloat(value: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  const abs = Math.abs(value);
  if (abs >= 1e-4 && abs < 1e6) return `${value}`;
  return twoDigitExponent(value.toExponential());
}

function special(value: number): string | undefined {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return undefined;
}

/** `1e-7` → `1e-07`. */
function twoDigitExponent(text: string): string {
  const at = text.indexOf('e');
  return text.length - at === 3 ? `${text.slice(0, at + 2)}0${text.slice(at + 2)}` : text;
}

function withoutExponent(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const at = text.indexOf('e');
  const digits = text.slice(sign.length, at).replace('.', '');
  const exponent = Number(text.slice(at + 1));
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits}${'0'.repeat(exponent + 1 - digits.length)}`;
}

/** Milliseconds as JSON seconds: whole, or with exactly three decimals. */
export function formatTimestamp(tMs: number): string {
  if (tMs % 1000 === 0) return `${tMs / 1000}`;
  const abs = Math.abs(tMs);
  const fraction = `${abs % 1000}`.padStart(3, '0');
  return `${tMs < 0 ? '-' : ''}${Math.floor(abs / 1000)}.${fraction}`;
}
