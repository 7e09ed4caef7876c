import type { Matcher } from '@petrel/model';
import { compareStrings } from '@petrel/model';
import { isSpace } from './white-space.ts';

const RESERVED = new Set(['{', '}', '!', '=', '~', ',', '\\', '"', "'", '`']);

/** Whether a character ends a name or value that stands without quotes. */
export function isReserved(char: string): boolean {
  return RESERVED.has(char) || isSpace(char);
}

/** `name="value"`, the name in quotes where it needs them. `parseMatcher` reads it back to the same matcher. */
export function printMatcher({ name, type, value }: Matcher): string {
  if ([...name].some(isReserved)) return `${goQuote(name)}${type}${goQuote(value)}`;
  return `${name}${type}"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

/** `{a="b",c=~"d"}`, in the order given. */
export function printMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(printMatcher).join(',')}}`;
}

const TYPE_ORDER = { '=': 0, '!=': 1, '=~': 2, '!~': 3 } as const;

/** Alertmanager's order: by name, value, then kind. */
export function compareMatchers(a: Matcher, b: Matcher): number {
  return compareStrings(a.name, b.name) || compareStrings(a.value, b.value) || TYPE_ORDER[a.type] - TYPE_ORDER[b.type];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A double-quoted string as Go's strconv.Quote writes it: everything that cannot be seen is escaped. */
function goQuote(text: string): string {
  const inner = text.replaceAll(/[\\"\p{C}\p{Z}]/gu, (char) => {
    if (char === ' ') return char;
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    const code = char.codePointAt(0) as number;
    const hex = code.toString(16);
    if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${inner}"`;
}
