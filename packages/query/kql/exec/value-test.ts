import { RE2JS } from 're2js';
import type { KqlFuzzy, KqlMatch, KqlPhrase, KqlRange, KqlRegexp, KqlWildcard } from '../parse/ast.ts';
import { KqlParseError } from '../parse/errors.ts';
import { rangeTest } from './range-test.ts';
import { anyOf, anyPiece, phraseTest, type ValueTest, type ValueTestOptions } from './text-test.ts';
import { wildcardTest } from './wildcard-test.ts';
import { foldCase, withinEdits } from './words.ts';

export type ValueCondition = KqlMatch | KqlPhrase | KqlWildcard | KqlRange | KqlRegexp | KqlFuzzy;

/** The test that a condition puts to each value. Throws KqlParseError for a regular expression that RE2 refuses. */
export function valueTest(node: ValueCondition, options: ValueTestOptions): ValueTest {
  switch (node.kind) {
    case 'match':
      return matchTest(node.value, options);
    case 'phrase':
      return phraseTest(node.text, node.slop, options);
    case 'wildcard':
      return wildcardTest(node.pattern, options);
    case 'range':
      return { passes: rangeTest(node.bounds, options.nowMs) };
    case 'regexp':
      return regexpTest(node, options.keyword);
    case 'fuzzy':
      return fuzzyTest(node);
  }
}

function matchTest(value: string | boolean | null, options: ValueTestOptions): ValueTest {
  if (value === null) return { passes: (leaf) => leaf === null, needs: [['null']] };
  if (typeof value === 'boolean') {
    const text = phraseTest(String(value), 0, options);
    return { passes: (leaf) => leaf === value || text.passes(leaf), needs: [[String(value)]] };
  }
  if (options.keyword) return phraseTest(value, 0, options);
  return anyOf(
    value
      .split(/\s+/)
      .filter((piece) => piece !== '')
      .map((piece) => phraseTest(piece, 0, options)),
  );
}

function regexpTest({ pattern, range }: KqlRegexp, keyword: boolean): ValueTest {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, RE2JS.DOTALL | (keyword ? 0 : RE2JS.CASE_INSENSITIVE));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KqlParseError(`invalid regular expression: ${reason}`, { start: range.from, end: range.to });
  }
  const matches = (text: string) => compiled.matches(text);
  return {
    passes: (leaf) => {
      if (leaf === null) return false;
      const value = String(leaf);
      return keyword || typeof leaf !== 'string' ? matches(value) : anyPiece(value, matches);
    },
  };
}

function fuzzyTest({ text, edits }: KqlFuzzy): ValueTest {
  const folded = foldCase(text);
  const letters = [...folded].length;
  const most = edits === 'auto' ? (letters <= 2 ? 0 : letters <= 5 ? 1 : 2) : edits;
  const near = (word: string) => withinEdits(foldCase(word), folded, most);
  return { passes: (leaf) => leaf !== null && (typeof leaf === 'string' ? anyPiece(leaf, near) : near(String(leaf))) };
}
