import { unquote } from '../../promql/parse/strings.ts';

/** A literal that begins at an offset: where it ends, and what Go's scanner finds wrong with it. */
export interface Scanned {
  readonly end: number;
  readonly mistake?: string;
}

const NAMES: Readonly<Record<string, string>> = {
  x: 'hexadecimal literal',
  o: 'octal literal',
  '0': 'octal literal',
  b: 'binary literal',
  '': 'decimal literal',
};

/** A number in Go's notation: prefixes 0x, 0o, 0b and 0, underscores, fractions and exponents. `at` is a digit, or a dot before one. */
export function scanNumber(input: string, at: number): Scanned {
  const prefixed = /0([xXoO]|[bB](?=[01_]))/y;
  prefixed.lastIndex = at;
  let prefix = prefixed.exec(input)?.[1]?.toLowerCase() ?? '';
  const from = prefix === '' ? at : at + 2;
  const digits = prefix === 'x' ? '[0-9a-fA-F_]*' : '[0-9_]*';
  const body = new RegExp(`(${digits})(?:(\\.)(${digits}))?(?:([eE]|[pP](?!i?B))([+-]?)([0-9_]*))?`, 'y');
  body.lastIndex = from;
  const found = body.exec(input) as RegExpExecArray;
  const [whole = '', integer = '', dot = '', fraction = '', exponent = '', , exponentDigits = ''] = found;
  const end = from + whole.length;
  if (prefix === '' && integer.startsWith('0') && integer.length > 1) prefix = '0';
  const mistake = mistakeOf();
  return mistake === undefined ? { end } : { end, mistake };

  function mistakeOf(): string | undefined {
    if (dot !== '' && (prefix === 'o' || prefix === 'b')) return `invalid radix point in ${NAMES[prefix]}`;
    if (!/[0-9a-fA-F]/.test(integer + fraction)) return `${NAMES[prefix]} has no digits`;
    if (/[eE]/.test(exponent) && prefix !== '' && prefix !== '0') {
      return `'${exponent}' exponent requires decimal mantissa`;
    }
    if (/[pP]/.test(exponent) && prefix !== 'x') return `'${exponent}' exponent requires hexadecimal mantissa`;
    if (exponent !== '' && !/[0-9]/.test(exponentDigits)) return 'exponent has no digits';
    if (exponent === '' && dot !== '' && prefix === 'x') return "hexadecimal mantissa requires a 'p' exponent";
    const wrongDigit = prefix === 'b' ? /[2-9]/ : prefix === 'o' || prefix === '0' ? /[89]/ : undefined;
    const wrong = dot === '' && exponent === '' ? wrongDigit?.exec(integer)?.[0] : undefined;
    if (wrong !== undefined) return `invalid digit '${wrong}' in ${NAMES[prefix]}`;
    const text = prefix === '' || prefix === '0' ? whole : `0${whole}`;
    return /_(?![0-9a-fA-F])|(?<![0-9a-fA-F])_/.test(text) ? "'_' must separate successive digits" : undefined;
  }
}

const ESCAPE = /\\(?:[abfnrtv\\]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;
/** Half of a pair: no text in UTF-8 decodes to it. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether the text holds what no valid UTF-8 decodes to. */
export function hasInvalidText(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** A literal between quotes of any kind; `at` is the opening quote. */
export function scanQuoted(input: string, at: number): Scanned & { readonly content: string } {
  const quote = input[at] as string;
  let mistake: string | undefined;
  let end = at + 1;
  for (;;) {
    const c = input[end];
    if (c === undefined || (c === '\n' && quote !== '`')) {
      return { end, mistake: mistake ?? 'literal not terminated', content: '' };
    }
    end++;
    if (c === quote) break;
    if (c !== '\\' || quote === '`') continue;
    ESCAPE.lastIndex = end - 1;
    const escaped = ESCAPE.exec(input)?.[0] ?? (input[end] === quote ? `\\${quote}` : undefined);
    if (escaped === undefined) mistake ??= 'invalid char escape';
    // An unknown escape hides no closing quote, but a backslash does.
    end += escaped === undefined ? (input[end] === '\\' ? 1 : 0) : escaped.length - 1;
  }
  const literal = input.slice(at, end);
  if (hasInvalidText(literal)) mistake ??= 'invalid UTF-8 encoding';
  if (literal.includes('\0')) mistake ??= 'invalid character NUL';
  if (quote === "'") {
    const one = /^'(?:\\(?:[0-7]{3}|x..|u.{4}|U.{8}|.)|[^\\])'$/su.test(literal);
    if (!one) mistake ??= 'invalid char literal';
    return { end, ...(mistake === undefined ? {} : { mistake }), content: literal };
  }
  const content = mistake === undefined ? unquote(literal) : '';
  if (content === undefined) mistake = 'invalid syntax';
  return { end, ...(mistake === undefined ? {} : { mistake }), content: content ?? '' };
}
