import { toBytes } from '../values/utf8.ts';
import { type FloatVerb, formatFloat } from './float.ts';
import { pad, type Spec } from './printf-spec.ts';
import { isPrintable, quoteGo, quoteRune, runeText } from './quote.ts';

/** A boolean; undefined: the verb does not suit. */
export function formatBool(value: boolean, spec: Spec): string | undefined {
  return spec.verb === 't' || spec.verb === 'v' ? pad(String(value), spec, true) : undefined;
}

const BASES: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** An integer; undefined: the verb does not suit. */
export function formatInteger(value: bigint, spec: Spec, isUnsigned: boolean): string | undefined {
  const { verb } = spec;
  if (verb === 'c') return pad(runeText(codeOf(value)), spec, true);
  if (verb === 'q') return pad(quoteRune(codeOf(value), { ascii: spec.plus }), spec, true);
  if (verb === 'U') return codePointText(value, spec);
  if (verb === 'v' && spec.goSyntax && isUnsigned) return pad(`0x${value.toString(16)}`, spec);
  const base = BASES[verb];
  if (base === undefined || !Object.hasOwn(BASES, verb)) return undefined;
  return integerText(value, base, spec);
}

/** At least four digits, or as many as the precision says. */
function codePointText(value: bigint, spec: Spec): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const point = `U+${digits.padStart(Math.max(spec.precision ?? 4, 4), '0')}`;
  const isChar = spec.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(Number(value));
  return pad(isChar ? `${point} '${runeText(Number(value))}'` : point, { ...spec, zero: false });
}

function codeOf(value: bigint): number {
  return value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
}

function integerText(value: bigint, base: number, spec: Spec): string {
  const { verb, precision, width } = spec;
  if (precision === 0 && value === 0n) return pad('', { ...spec, zero: false });
  let digits = (value < 0n ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  const sign = value < 0n ? '-' : spec.plus ? '+' : spec.space ? ' ' : '';
  // Zeros fill the width as digits, so they come behind the sign.
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  else if (spec.zero && !spec.minus && width !== undefined) digits = digits.padStart(width - sign.length, '0');
  let prefix = '';
  if (spec.sharp) {
    if (base === 2) prefix = '0b';
    else if (base === 8 && !digits.startsWith('0')) prefix = '0';
    else if (base === 16) prefix = `0${verb}`;
  }
  if (verb === 'O') prefix = `0o${prefix}`;
  return pad(sign + prefix + digits, { ...spec, zero: false });
}

/** A float; undefined: the verb does not suit. */
export function formatNumber(value: number, spec: Spec): string | undefined {
  if (!'vbgGxXfFeE'.includes(spec.verb)) return undefined;
  const verb = (spec.verb === 'v' ? 'g' : spec.verb) as FloatVerb;
  const fallback = 'eEfF'.includes(verb) ? 6 : -1;
  let text = formatFloat(value, verb, spec.precision ?? fallback);
  if (!/^[+-]/.test(text)) text = `+${text}`;
  const finite = Number.isFinite(value);
  if (spec.sharp && spec.verb !== 'b' && finite) text = withPoint(text, spec);
  const hasSign = spec.plus || text.startsWith('-') || text.endsWith('Inf');
  if (spec.space && !spec.plus && text.startsWith('+')) text = ` ${text.slice(1)}`;
  else if (!hasSign) text = text.slice(1);
  if (!spec.zero || spec.minus || !finite) return pad(text, { ...spec, zero: false });
  const sign = /^[+\- ]/.test(text) ? text.charAt(0) : '';
  const width = (spec.width ?? 0) - sign.length;
  return sign + text.slice(sign.length).padStart(width, '0');
}

/** `#`: always a decimal point, and with g the trailing zeros up to the precision. */
function withPoint(text: string, spec: Spec): string {
  const isHex = spec.verb === 'x' || spec.verb === 'X';
  const tailAt = text.search(isHex ? /[pP]/ : /[eE]/);
  const body = tailAt < 0 ? text : text.slice(0, tailAt);
  const significant = body.slice(1).replace('.', '').replace(/^0+/, '').length;
  let missing = ('vgGx'.includes(spec.verb) ? (spec.precision ?? 6) : 0) - significant;
  // A lone zero counts as a digit.
  if (body.length === 2 && body.endsWith('0')) missing--;
  const point = body.includes('.') ? '' : '.';
  return `${body}${point}${'0'.repeat(Math.max(missing, 0))}${tailAt < 0 ? '' : text.slice(tailAt)}`;
}

/** A string; undefined: the verb does not suit. */
export function formatString(value: string, spec: Spec): string | undefined {
  switch (spec.verb) {
    case 'v':
      return spec.goSyntax ? pad(quoteGo(truncated(value, spec)), spec, true) : pad(truncated(value, spec), spec, true);
    case 's':
      return pad(truncated(value, spec), spec, true);
    case 'q':
      return pad(quoted(truncated(value, spec), spec), spec, true);
    case 'x':
    case 'X':
      return hexText(value, spec);
    default:
      return undefined;
  }
}

function quoted(value: string, spec: Spec): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what cannot stand between back quotes
  const canBackquote = !/[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(value);
  if (spec.sharp && canBackquote) return `\`${value}\``;
  return quoteGo(value, { ascii: spec.plus });
}

function truncated(value: string, spec: Spec): string {
  return spec.precision === undefined ? value : [...value].slice(0, spec.precision).join('');
}

function hexText(value: string, spec: Spec): string {
  const bytes = toBytes(value).slice(0, spec.precision);
  const prefix = spec.sharp ? `0${spec.verb}` : '';
  const pairs = bytes.map((byte) => {
    const pair = byte.toString(16).padStart(2, '0');
    return spec.verb === 'X' ? pair.toUpperCase() : pair;
  });
  if (pairs.length === 0) return pad('', spec, true);
  const text = spec.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  return pad(text, spec, true);
}
