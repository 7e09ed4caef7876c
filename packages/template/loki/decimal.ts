import { FunctionError } from '../template-error.ts';

/** A decimal number: coefficient times ten to the exponent. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

export type DecimalOperator = '+' | '-' | '*' | '/';

/** Digits behind the point that a quotient keeps. */
const QUOTIENT_DIGITS = 16;

/** The numbers combined from the left in decimal arithmetic, so that 0.1 + 0.2 is 0.3. Throws FunctionError for what is no decimal, and for a division by zero. */
export function combineDecimals(operator: DecimalOperator, numbers: readonly number[]): number {
  const [first, ...rest] = numbers.map(decimalOf);
  if (first === undefined) return 0;
  const { coefficient, exponent } = rest.reduce((sum, next) => combine(operator, sum, next), first);
  return Number(`${coefficient}e${exponent}`);
}

function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new FunctionError(`Cannot create a Decimal from ${name}`);
  }
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { coefficient: BigInt(`${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
}

function combine(operator: DecimalOperator, a: Decimal, b: Decimal): Decimal {
  switch (operator) {
    case '*':
      return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
    case '/':
      return divide(a, b);
    default: {
      const exponent = Math.min(a.exponent, b.exponent);
      const left = scaled(a, exponent);
      const right = scaled(b, exponent);
      return { coefficient: operator === '+' ? left + right : left - right, exponent };
    }
  }
}

/** The coefficient for an exponent that is not larger. */
function scaled({ coefficient, exponent }: Decimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

/** Rounded to so many digits behind the point, halves away from zero. */
function divide(a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n) throw new FunctionError('decimal division by 0');
  const shift = a.exponent - b.exponent + QUOTIENT_DIGITS;
  const numerator = shift >= 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient;
  const denominator = shift >= 0 ? b.coefficient : b.coefficient * 10n ** BigInt(-shift);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const isHalf = 2n * size(rest) >= size(denominator);
  const away = numerator < 0n === denominator < 0n ? 1n : -1n;
  return { coefficient: isHalf ? quotient + away : quotient, exponent: -QUOTIENT_DIGITS };
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}
