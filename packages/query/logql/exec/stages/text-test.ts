import { compileRegex } from './regexp-stage.ts';

export type TextTest = (text: string) => boolean;

/** `(?i)` in front, and nothing that means more than itself behind. */
const IGNORE_CASE_LITERAL = /^\(\?i\)([^\\.+*?()|[\]{}^$]+)$/;
const META = /[\\.+*?()|[\]{}^$]/;

/** What an expression comes to where it is only text: it is found where one of these is. A text of no length is everywhere. */
export interface TextAlternatives {
  readonly texts: readonly string[];
  /** Then there is one text, of ASCII characters. */
  readonly ignoreCase: boolean;
}

/** The texts of `a|b`, `.*a.*` and `(?i)a`; undefined for an expression that says more. */
export function textAlternatives(pattern: string): TextAlternatives | undefined {
  const inner = withoutEnds(pattern);
  const literal = IGNORE_CASE_LITERAL.exec(inner)?.[1];
  if (literal !== undefined && isAscii(literal)) return { texts: [literal], ignoreCase: true };
  const texts = inner.split('|');
  return texts.some((text) => META.test(text)) ? undefined : { texts, ignoreCase: false };
}

/** Whether an RE2 expression is found anywhere in a text. What is only text in it is looked for as text. Throws LOGQL_PARSE. */
export function compileRegexTest(pattern: string): TextTest {
  const re = compileRegex(pattern);
  const alternatives = textAlternatives(pattern);
  if (alternatives === undefined) return (text) => re.test(text);
  const { texts, ignoreCase } = alternatives;
  return ignoreCase ? (text) => containsIgnoringCase(text, texts[0] as string) : containsAny(texts);
}

/** `.*` at either end, and braces around all, change nothing about whether a text matches. */
function withoutEnds(pattern: string): string {
  const inner = pattern.replace(/^(?:\.\*)+(?!\?)/, '').replace(/(^|[^\\])(?:\.\*)+$/, '$1');
  const group = /^\((?:\?:)?([^\\()?]*)\)$/.exec(inner)?.[1];
  return group ?? inner;
}

function containsAny(parts: readonly string[]): TextTest {
  const [first = '', second] = parts;
  if (parts.includes('')) return () => true;
  if (second === undefined) return (text) => text.includes(first);
  return (text) => {
    for (const part of parts) if (text.includes(part)) return true;
    return false;
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Beyond ASCII two letters fold to one of it: the long s and the sign of the kelvin. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

/** Whether ASCII text stands in another, letters large or small, as `(?i)` of RE2 has it. */
export function containsIgnoringCase(text: string, literal: string): boolean {
  const lower = literal.toLowerCase();
  const upper = literal.toUpperCase();
  const first = lower.charCodeAt(0);
  const firstUpper = upper.charCodeAt(0);
  const odd = FOLDED[lower.charAt(0)]?.charCodeAt(0) ?? first;
  const last = text.length - lower.length;
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at);
    if (code !== first && code !== firstUpper && code !== odd) continue;
    let i = 1;
    while (i < lower.length && isSameLetter(text.charCodeAt(at + i), lower, upper, i)) i++;
    if (i === lower.length) return true;
  }
  return false;
}

function isSameLetter(code: number, lower: string, upper: string, i: number): boolean {
  if (code === lower.charCodeAt(i) || code === upper.charCodeAt(i)) return true;
  return code > 0x7f && FOLDED[lower.charAt(i)]?.charCodeAt(0) === code;
}
