import { binaryParts, type Decimal, roundedToDigits, roundedToFraction, shortestDecimal } from './decimal.ts';

export type FloatVerb = 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'b' | 'x' | 'X';

/**
 * A float64 as Go's strconv.FormatFloat writes it. precision -1: as many digits as identify the number.
 * Infinities are `+Inf` and `-Inf`.
 */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  switch (verb) {
    case 'f':
    case 'F':
      return sign + fixed(precision < 0 ? shortestDecimal(size) : roundedToFraction(size, precision), precision);
    case 'e':
    case 'E':
      return (
        sign +
        exponential(precision < 0 ? shortestDecimal(size) : roundedToDigits(size, precision + 1), precision, verb)
      );
    case 'g':
    case 'G':
      return sign + general(size, verb === 'g' ? 'e' : 'E', precision);
    case 'b': {
      const { mantissa, exponent } = binaryParts(size);
      return `${sign}${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
    }
    default:
      return sign + hexadecimal(size, verb, precision);
  }
}

function general(size: number, e: 'e' | 'E', precision: number): string {
  const isShortest = precision < 0;
  const wanted = precision === 0 ? 1 : precision;
  const decimal = isShortest ? shortestDecimal(size) : roundedToDigits(size, wanted);
  const { length } = decimal.digits;
  const limit = isShortest ? 6 : wanted > length && length >= decimal.point ? length : wanted;
  const exponent = decimal.point - 1;
  // The exponential form takes over where the number needs more digits than that; shortest numbers count as six.
  if (size !== 0 && (exponent < -4 || exponent >= limit)) {
    return exponential(decimal, Math.max(length, 1) - 1, e);
  }
  return fixed(decimal, Math.max(length - decimal.point, 0));
}

/** precision < 0: as many digits as there are. */
function fixed(decimal: Decimal, precision: number): string {
  const { digits, point } = decimal;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const count = precision < 0 ? Math.max(digits.length - point, 0) : precision;
  if (count === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, count).padEnd(count, '0')}`;
}

function exponential(decimal: Decimal, precision: number, e: string): string {
  const { digits, point } = decimal;
  const exponent = digits === '' ? 0 : point - 1;
  const count = precision < 0 ? Math.max(digits.length - 1, 0) : precision;
  const fraction = digits.slice(1, 1 + count).padEnd(count, '0');
  return `${digits.charAt(0) || '0'}${count > 0 ? '.' : ''}${fraction}${exponentText(exponent, e)}`;
}

/** At least two digits. */
function exponentText(exponent: number, e: string): string {
  return `${e}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function hexadecimal(size: number, verb: 'x' | 'X', precision: number): string {
  let { mantissa, exponent } = binaryParts(size);
  let power = 0;
  if (mantissa !== 0n) {
    // One leading binary digit, 52 behind the point.
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      exponent--;
    }
    power = exponent + 52;
  }
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(4 * (13 - precision));
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= drop;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      power++;
    }
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const text = `0x${mantissa >> 52n}${fraction === '' ? '' : '.'}${fraction}${exponentText(power, 'p')}`;
  return verb === 'X' ? text.toUpperCase() : text;
}
