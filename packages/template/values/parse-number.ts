const INT_SYNTAX =
  /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const DECIMAL_FLOAT = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?\d+)$/;
const SPECIAL_FLOAT = /^([+-]?)(inf|infinity|nan)$/i;

/** An integer in Go's syntax (base by prefix, underscores between digits), of any size; undefined where it is none. */
export function parseGoInt(text: string): bigint | undefined {
  if (!INT_SYNTAX.test(text)) return undefined;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const plain = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = BigInt(plain.toLowerCase());
  return negative ? -value : value;
}

/** A float as Go's strconv.ParseFloat reads it: decimal, hexadecimal, inf and nan; undefined where it is none. */
export function parseGoFloat(text: string): number | undefined {
  const special = SPECIAL_FLOAT.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (DECIMAL_FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  const hex = HEX_FLOAT.exec(text);
  if (hex === null) return undefined;
  const whole = (hex[2] ?? '').replaceAll('_', '');
  const fraction = (hex[3] ?? '').replaceAll('_', '');
  if (whole === '' && fraction === '') return undefined;
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(hex[4]) - 4 * fraction.length);
  return hex[1] === '-' ? -value : value;
}
