import { isKqlSpace, readLiteral, spacesEnd, wordEnd } from './literal.ts';

export type KqlTokenKind = 'field' | 'operator' | 'value' | 'phrase' | 'keyword' | 'bracket' | 'error';

/** UTF-16 units, `to` exclusive. Blanks are no tokens. */
export interface KqlToken {
  readonly kind: KqlTokenKind;
  readonly from: number;
  readonly to: number;
}

const OPERATOR = /[<>]=?|:/y;

/** For colouring: any text gives tokens, in their order and without overlaps; what has no meaning (a quote that is not closed) is `error`. */
export function tokenizeKql(text: string): readonly KqlToken[] {
  const tokens: KqlToken[] = [];
  const add = (kind: KqlTokenKind, from: number, to: number) => {
    if (to > from) tokens.push({ kind, from, to });
  };
  for (let pos = spacesEnd(text, 0); pos < text.length; pos = spacesEnd(text, pos)) {
    const from = pos;
    const c = text[pos] as string;
    const keyword = keywordEnd(text, pos);
    if (keyword !== undefined) {
      add('keyword', pos, keyword);
      pos = keyword;
    } else if ('(){}'.includes(c)) add('bracket', from, ++pos);
    else if (':<>'.includes(c)) {
      OPERATOR.lastIndex = pos;
      pos += OPERATOR.exec(text)?.[0].length ?? 1;
      add('operator', from, pos);
    } else {
      const literal = readLiteral(text, pos);
      if (literal === undefined) {
        pos = c === '"' ? text.length : pos + 1;
        add('error', from, pos);
      } else {
        pos = literal.to;
        let to = pos;
        while (to > from && isKqlSpace(text[to - 1])) to--;
        const isField = ':<>'.includes(text[spacesEnd(text, pos)] ?? ' ');
        add(isField ? 'field' : literal.quoted ? 'phrase' : 'value', from, to);
      }
    }
  }
  return tokens;
}

/** `and`, `or` and `not` where a blank comes after them, and before them or the place is the text's start or a bracket's. */
function keywordEnd(text: string, pos: number): number | undefined {
  const before = text[pos - 1];
  const free = before === undefined || isKqlSpace(before) || '(){}:'.includes(before);
  if (!free) return undefined;
  if (wordEnd(text, pos, 'not') !== undefined) return pos + 3;
  if (before === undefined || !isKqlSpace(before)) return undefined;
  if (wordEnd(text, pos, 'and') !== undefined) return pos + 3;
  return wordEnd(text, pos, 'or') === undefined ? undefined : pos + 2;
}
