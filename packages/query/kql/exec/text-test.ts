import { networkOf } from './addresses.ts';
import { parseDateMath, parseIsoDate } from './dates.ts';
import { digitsOf, numberOf } from './numbers.ts';
import { containsPhrase, containsWord, foldCase, wordsOf } from './words.ts';

/** What a field may hold at the end of its path. */
export type Leaf = string | number | boolean | null;

/** Folded texts; of one list at least all stand in the text of every value that passes. Absent: nothing is known. */
export type Needs = readonly (readonly string[])[];

export interface ValueTest {
  readonly passes: (value: Leaf) => boolean;
  readonly needs?: Needs;
}

export interface ValueTestOptions {
  readonly nowMs: number;
  /** A `.keyword` field: entire values, letter case and all. */
  readonly keyword: boolean;
  /** Without a field, values are texts only: nothing is read as a date or a network. */
  readonly onField: boolean;
}

/** Where one of the tests passes; none: nothing does. */
export function anyOf(tests: readonly ValueTest[]): ValueTest {
  if (tests.length === 1) return tests[0] as ValueTest;
  const needs = tests.map((test) => test.needs);
  const passes = (leaf: Leaf) => tests.some((test) => test.passes(leaf));
  return needs.some((list) => list === undefined) ? { passes } : { passes, needs: (needs as Needs[]).flat() };
}

/** A text that is meant as one: a number, a network, a date, or words one after the other. */
export function phraseTest(text: string, slop: number, options: ValueTestOptions): ValueTest {
  const number = numberOf(text);
  if (options.keyword) return keywordTest(text, number);
  const network = options.onField ? networkOf(text) : undefined;
  if (network !== undefined) return { passes: (leaf) => typeof leaf === 'string' && network(leaf) };
  const words = textTest(text, slop, options);
  if (number !== undefined) {
    const digits = digitsOf(text);
    const passes = (leaf: Leaf) => {
      const other = typeof leaf === 'number' ? leaf : typeof leaf === 'string' ? numberOf(leaf) : undefined;
      if (other === undefined) return words.passes(leaf);
      // A number that was written with an exponent is found by ranges only, so that its digits can be looked for.
      return other === number && (digits === undefined || typeof leaf !== 'string' || leaf.includes(digits));
    };
    return words.needs === undefined || digits === undefined
      ? { passes }
      : { passes, needs: [...words.needs, [digits]] };
  }
  const date = options.onField && text.includes('-') ? dateTest(text, options.nowMs) : undefined;
  return date === undefined ? words : { passes: (leaf) => words.passes(leaf) || date(leaf) };
}

function dateTest(text: string, nowMs: number): ((leaf: Leaf) => boolean) | undefined {
  const span = parseDateMath(text, nowMs);
  if (span === undefined) return undefined;
  return (leaf) => {
    const date = typeof leaf === 'string' ? parseIsoDate(leaf) : undefined;
    return date !== undefined && date.firstNs >= span.firstNs && date.firstNs <= span.lastNs;
  };
}

function keywordTest(text: string, number: number | undefined): ValueTest {
  const passes = (leaf: Leaf) =>
    typeof leaf === 'number' ? leaf === number : leaf === null ? false : String(leaf) === text;
  const digits = number === undefined ? undefined : digitsOf(text);
  if (number !== undefined && digits === undefined) return { passes };
  const folded = foldCase(text);
  return { passes, needs: digits === undefined ? [[folded]] : [[folded], [digits]] };
}

/** What of a text stands in a JSON document as it is, whoever wrote it: without what some escape there. Letters beyond ASCII may be escaped still. */
export function plainPieces(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON escapes
  return text.split(/["'`\\/+<>&\0-\x1f\x7f-\x9f\u2028\u2029]+/).filter((piece) => piece !== '');
}

/** How a folded text of `plainPieces` is looked for in a body. */
export interface TextForms {
  /** One of these in just this case; absent: the text in any case. */
  readonly exact?: readonly string[];
  /** Where the body has `\u` escapes, it may be hidden in them. */
  readonly escapable: boolean;
}

const HEXADECIMAL = /^(?=.*[a-f])[0-9a-f]{16,}$/;
const NOT_ASCII = /[^\0-\x7f]/;
const CASED = /\p{Cased}/u;

/** Long hexadecimal ids are in lower case or in capitals, never in both: what is looked for by its exact letters is found by an index. */
export function textForms(text: string): TextForms {
  if (HEXADECIMAL.test(text)) return { exact: [text, text.toUpperCase()], escapable: false };
  const escapable = NOT_ASCII.test(text);
  return CASED.test(text) ? { escapable } : { exact: [text], escapable };
}

function textTest(text: string, slop: number, options: ValueTestOptions): ValueTest {
  const folded = foldCase(text);
  const words = wordsOf(folded);
  const [first] = words;
  if (first === undefined) {
    // Signs alone are no word: then the entire value has to be this.
    return {
      passes: (leaf) => typeof leaf === 'string' && foldCase(leaf).trim() === folded.trim(),
      needs: [[folded.trim()]],
    };
  }
  const one = words.length === 1;
  const passes = (leaf: Leaf) => {
    if (typeof leaf === 'number') return false;
    if (typeof leaf !== 'string') return options.onField && leaf !== null && String(leaf) === folded;
    const value = foldCase(leaf);
    if (one) return containsWord(value, first);
    return words.every((word) => value.includes(word)) && containsPhrase(wordsOf(value), words, slop);
  };
  return { passes, needs: [words] };
}

/** A value entirely, what stands between its blanks, or one of its words. */
export function anyPiece(value: string, passes: (piece: string) => boolean): boolean {
  return (
    passes(value) || (/\s/.test(value) && value.split(/\s+/).some(passes)) || wordsOf(foldCase(value)).some(passes)
  );
}
