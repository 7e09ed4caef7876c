import { joinPattern, type Pattern, type PatternPart } from '../parse/ast.ts';
import { compileGlob } from './glob.ts';
import { anyOf, anyPiece, type Leaf, phraseTest, type ValueTest, type ValueTestOptions } from './text-test.ts';
import { foldCase } from './words.ts';

/** What stands between blanks is a pattern each, and one is enough, as in `query_string`, to which Kibana hands them; without a wildcard it is a text. */
export function wildcardTest(pattern: Pattern, options: ValueTestOptions): ValueTest {
  if (options.keyword) return globTest(pattern, true);
  const pieces = piecesOf(pattern);
  return anyOf(
    pieces.map((piece) => {
      const [only] = piece;
      return piece.length === 1 && typeof only === 'string' ? phraseTest(only, 0, options) : globTest(piece, false);
    }),
  );
}

function globTest(pattern: Pattern, keyword: boolean): ValueTest {
  const matches = compileGlob(pattern, !keyword);
  const passes = (leaf: Leaf) => {
    if (leaf === null) return false;
    if (keyword) return matches(String(leaf));
    const folded = foldCase(String(leaf));
    return typeof leaf === 'string' ? anyPiece(folded, matches) : matches(folded);
  };
  const texts = pattern.filter((part) => typeof part === 'string');
  return { passes, needs: [texts.map((text) => foldCase(text))] };
}

/** A pattern cut at the blanks of its texts. */
function piecesOf(pattern: Pattern): Pattern[] {
  const pieces: PatternPart[][] = [[]];
  for (const part of pattern) {
    if (typeof part !== 'string') {
      (pieces[pieces.length - 1] as PatternPart[]).push(part);
      continue;
    }
    part.split(/\s+/).forEach((text, i) => {
      if (i > 0) pieces.push([]);
      if (text !== '') (pieces[pieces.length - 1] as PatternPart[]).push(text);
    });
  }
  return pieces.filter((piece) => piece.length > 0).map(joinPattern);
}
