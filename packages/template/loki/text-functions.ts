import { escapeQuery } from '../exec/escape-text.ts';
import { decodeBase64Url, encodeBase64Url } from '../functions/base64.ts';
import { compilePattern, replacePattern } from '../functions/regexp.ts';
import { unescapeQuery } from '../functions/unescape-query.ts';
import { MAX_TEXT_LENGTH } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';
import { INT, STRING } from '../values/go-type.ts';
import { type GoFunction, goFunction } from '../values/go-value.ts';
import { byteLength, sliceBytes } from '../values/utf8.ts';

type TextFunction = (...texts: string[]) => unknown;

/** A function of so many strings. */
function texts(count: 1 | 2 | 3, call: TextFunction): GoFunction {
  return goFunction(Array<typeof STRING>(count).fill(STRING), (args) => call(...(args as string[])));
}

/** A function of an integer and a string. */
function counted(call: (count: number, text: string) => string): GoFunction {
  return goFunction([INT, STRING], ([count, text]) => call(Number(count), text as string));
}

/** As Unicode has it, without the byte order mark that JavaScript counts in. */
const SPACE = /\p{White_Space}/u;

function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && SPACE.test(text.charAt(from))) from++;
  while (to > from && SPACE.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function trimLeft(text: string, cutset: string): string {
  const chars = [...text];
  const from = chars.findIndex((char) => !cutset.includes(char));
  return from < 0 ? '' : chars.slice(from).join('');
}

function trimRight(text: string, cutset: string): string {
  const chars = [...text];
  return chars.slice(0, chars.findLastIndex((char) => !cutset.includes(char)) + 1).join('');
}

function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function trimSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** The first letter of each word in title case; words are separated by what is neither letter, digit nor underscore, outside ASCII by spaces. */
function title(text: string): string {
  let isInside = false;
  let titled = '';
  for (const char of text) {
    titled += isInside ? char : char.toUpperCase();
    isInside = char > '\u007f' ? !/\p{White_Space}/u.test(char) || /[\p{L}\p{Nd}]/u.test(char) : /\w/.test(char);
  }
  return titled;
}

function trunc(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0 && length + count > 0) return sliceBytes(text, length + count, length);
  return count >= 0 && length > count ? sliceBytes(text, 0, count) : text;
}

function substr(start: number, end: number, text: string): string {
  const length = byteLength(text);
  if (start < 0) return sliceBytes(text, 0, inBounds(end, length, `:${end}`));
  const to = end < 0 || end > length ? length : end;
  if (end >= 0 && end <= length && start > end) {
    throw new FunctionError(`runtime error: slice bounds out of range [${start}:${end}]`);
  }
  return sliceBytes(text, inBounds(start, length, `${start}:${to === end ? '' : length}`), to);
}

function inBounds(at: number, length: number, shown: string): number {
  if (at < 0) throw new FunctionError(`runtime error: slice bounds out of range [:${at}]`);
  if (at > length) throw new FunctionError(`runtime error: slice bounds out of range [${shown}] with length ${length}`);
  return at;
}

/** Go's strings.Replace: at most `count` times, negative is all. */
function replace(text: string, from: string, to: string, count: number): string {
  if (count < 0)
    return bounded(from === '' ? between(text, to, Number.POSITIVE_INFINITY) : text.replaceAll(from, () => to));
  if (from === '') return bounded(between(text, to, count));
  const parts = text.split(from);
  const replaced = parts.slice(0, count + 1).join(to);
  return bounded([replaced, ...parts.slice(count + 1)].join(from));
}

/** Puts a text before each character and at the end. */
function between(text: string, to: string, count: number): string {
  const chars = [...text];
  return [...chars, ''].map((char, i) => (i < count ? `${to}${char}` : char)).join('');
}

function repeat(count: number, text: string): string {
  if (count < 0) throw new FunctionError('strings: negative Repeat count');
  if (text.length * count > MAX_TEXT_LENGTH) throw new FunctionError(`text exceeds ${MAX_TEXT_LENGTH} characters`);
  return text.repeat(count);
}

function bounded(text: string): string {
  if (text.length > MAX_TEXT_LENGTH) throw new FunctionError(`text exceeds ${MAX_TEXT_LENGTH} characters`);
  return text;
}

function indent(spaces: number, text: string): string {
  const pad = repeat(spaces, ' ');
  return bounded(pad + text.replaceAll('\n', `\n${pad}`));
}

/** To so many characters: cut, or filled with spaces. */
function align(count: number, text: string, side: 'left' | 'right'): string {
  const chars = [...text];
  if (count < 0 || count === chars.length) return text;
  if (count > chars.length) {
    const pad = repeat(count - chars.length, ' ');
    return side === 'left' ? text + pad : pad + text;
  }
  return (side === 'left' ? chars.slice(0, count) : chars.slice(chars.length - count)).join('');
}

function replaceRegexp(pattern: string, text: string, replacement: string): string {
  compilePattern(pattern);
  return replacePattern(pattern, replacement, text);
}

function countMatches(pattern: string, text: string): bigint {
  const matcher = compilePattern(pattern).matcher(text);
  let count = 0n;
  let last = -1;
  while (matcher.find()) {
    // Nothing right behind a match is no match of its own.
    if (matcher.end() === matcher.start() && matcher.start() === last) continue;
    last = matcher.end();
    count++;
  }
  return count;
}

function encodeBase64(text: string): string {
  return encodeBase64Url(text).replaceAll('-', '+').replaceAll('_', '/');
}

/** What cannot be decoded gives the text of the error; missing padding is forgiven. */
function decodeBase64(text: string): string {
  const rest = byteLength(text) % 4;
  const padded = rest > 1 ? text + '='.repeat(4 - rest) : text;
  const alien = padded.replace(/[\r\n]/g, '').search(/[-_]/);
  if (alien >= 0) return `illegal base64 data at input byte ${alien}`;
  try {
    return decodeBase64Url(padded.replaceAll('+', '-').replaceAll('/', '_'));
  } catch (error) {
    if (error instanceof FunctionError) return error.message;
    throw error;
  }
}

const lower = texts(1, (text = '') => text.toLowerCase());
const upper = texts(1, (text = '') => text.toUpperCase());

/** Functions of strings in log templates; those with a capital take the text first, the others last. */
export const TEXT_FUNCTIONS: readonly (readonly [string, GoFunction])[] = [
  ['ToLower', lower],
  ['ToUpper', upper],
  [
    'Replace',
    goFunction([STRING, STRING, STRING, INT], ([text, from, to, count]) =>
      replace(text as string, from as string, to as string, Number(count)),
    ),
  ],
  ['Trim', texts(2, (text = '', cutset = '') => trimRight(trimLeft(text, cutset), cutset))],
  ['TrimLeft', texts(2, (text = '', cutset = '') => trimLeft(text, cutset))],
  ['TrimRight', texts(2, (text = '', cutset = '') => trimRight(text, cutset))],
  ['TrimPrefix', texts(2, (text = '', prefix = '') => trimPrefix(text, prefix))],
  ['TrimSuffix', texts(2, (text = '', suffix = '') => trimSuffix(text, suffix))],
  ['TrimSpace', texts(1, (text = '') => trimSpace(text))],
  ['regexReplaceAll', texts(3, (pattern = '', text = '', to = '') => replaceRegexp(pattern, text, to))],
  [
    'regexReplaceAllLiteral',
    texts(3, (pattern = '', text = '', to = '') =>
      replaceRegexp(
        pattern,
        text,
        to.replaceAll('$', () => '$$'),
      ),
    ),
  ],
  ['count', texts(2, (pattern = '', text = '') => countMatches(pattern, text))],
  ['urldecode', texts(1, (text = '') => unescapeQuery(text))],
  ['urlencode', texts(1, (text = '') => escapeQuery(text))],
  ['alignLeft', counted((count, text) => align(count, text, 'left'))],
  ['alignRight', counted((count, text) => align(count, text, 'right'))],
  ['b64enc', texts(1, (text = '') => encodeBase64(text))],
  ['b64dec', texts(1, (text = '') => decodeBase64(text))],
  ['lower', lower],
  ['upper', upper],
  ['title', texts(1, (text = '') => title(text))],
  ['trunc', counted(trunc)],
  [
    'substr',
    goFunction([INT, INT, STRING], ([start, end, text]) => substr(Number(start), Number(end), text as string)),
  ],
  ['contains', texts(2, (part = '', text = '') => text.includes(part))],
  ['hasPrefix', texts(2, (part = '', text = '') => text.startsWith(part))],
  ['hasSuffix', texts(2, (part = '', text = '') => text.endsWith(part))],
  ['indent', counted(indent)],
  ['nindent', counted((spaces, text) => `\n${indent(spaces, text)}`)],
  ['replace', texts(3, (from = '', to = '', text = '') => replace(text, from, to, -1))],
  ['repeat', counted(repeat)],
  ['trim', texts(1, (text = '') => trimSpace(text))],
  ['trimAll', texts(2, (cutset = '', text = '') => trimRight(trimLeft(text, cutset), cutset))],
  ['trimPrefix', texts(2, (prefix = '', text = '') => trimPrefix(text, prefix))],
  ['trimSuffix', texts(2, (suffix = '', text = '') => trimSuffix(text, suffix))],
];
