/** Decimal digits of a positive finite number: 0.DIGITS times 10^point. No trailing zeros; '' for zero. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that read back as the same float64. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return trimmed(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** Every digit: a float64 is a finite decimal. */
function exactDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = binaryParts(value);
  const scale = exponent < 0 ? -exponent : 0;
  // m / 2^k = m * 5^k / 10^k
  const whole = exponent < 0 ? mantissa * 5n ** BigInt(scale) : mantissa << BigInt(exponent);
  const digits = whole.toString();
  return trimmed(digits, digits.length - scale);
}

/** value = mantissa * 2^exponent, the mantissa an integer below 2^53. */
export function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function trimmed(digits: string, point: number): Decimal {
  let end = digits.length;
  while (end > 0 && digits.charAt(end - 1) === '0') end--;
  return { digits: digits.slice(0, end), point: end === 0 ? 0 : point };
}

/** The number rounded to a count of digits after the point, halves to even. */
export function roundedToFraction(value: number, fractionDigits: number): Decimal {
  const exact = exactDecimal(value);
  return rounded(exact, exact.point + fractionDigits);
}

/** The number rounded to a count of significant digits, halves to even. */
export function roundedToDigits(value: number, count: number): Decimal {
  return rounded(exactDecimal(value), count);
}

function rounded(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const rest = digits.charAt(count);
  const isHalf = rest === '5' && digits.length === count + 1;
  const lastIsOdd = count > 0 && '13579'.includes(digits.charAt(count - 1));
  if (rest < '5' || (isHalf && !lastIsOdd)) return trimmed(digits.slice(0, count), point);
  const up = (BigInt(digits.slice(0, count) || '0') + 1n).toString().padStart(count, '0');
  return trimmed(up, point + (up.length - count));
}
