import { kqlError } from '../parse/errors.ts';

export type LuceneTokenType =
  | 'and'
  | 'or'
  | 'not'
  | '+'
  | '-'
  | 'bareOperator'
  | '('
  | ')'
  | ':'
  | '*'
  | '^'
  | 'quoted'
  | 'term'
  | 'fuzzy'
  | 'prefix'
  | 'wild'
  | 'regexp'
  | '['
  | '{'
  | 'number'
  | 'to'
  | ']'
  | '}'
  | 'rangeQuoted'
  | 'rangeWord'
  | 'eof';

export interface LuceneToken {
  readonly type: LuceneTokenType;
  /** As it stands in the query. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

type Mode = 'usual' | 'boost' | 'range';

const SPACE = /[ \t\n\r\u3000]*/y;
const START = String.raw`(?:[^ \t\n\r\u3000+\-!():^[\]"{}~*?\\/]|\\[\s\S])`;
const REST = `(?:${START}|[-+])`;
/** After `>` or `<` the rounding of dates is taken too: `>=now-1d/d`. */
const COMPARED = `[<>]=?(?:${REST}|/)*`;

/** The longest match wins, of equally long ones the first. */
const USUAL: readonly (readonly [LuceneTokenType, RegExp])[] = [
  ['and', /AND|&&/y],
  ['or', /OR|\|\|/y],
  ['not', /NOT|!/y],
  ['+', /\+/y],
  ['-', /-/y],
  ['bareOperator', /[-+!][ \t\n\r\u3000]/y],
  ['(', /\(/y],
  [')', /\)/y],
  [':', /:/y],
  ['*', /\*/y],
  ['^', /\^/y],
  ['quoted', /"(?:[^"\\]|\\[\s\S])*"/y],
  ['term', new RegExp(`${COMPARED}|${START}${REST}*`, 'y')],
  ['fuzzy', /~(?:\d+(?:\.\d+)?)?/y],
  ['prefix', new RegExp(`${START}${REST}*\\*`, 'y')],
  ['wild', new RegExp(`(?:${START}|[*?])(?:${REST}|[*?])*`, 'y')],
  ['regexp', /\/(?:[^/\\]|\\[\s\S])*\//y],
  ['[', /\[/y],
  ['{', /\{/y],
];
const BOOST: readonly (readonly [LuceneTokenType, RegExp])[] = [['number', /\d+(?:\.\d+)?/y]];
const RANGE: readonly (readonly [LuceneTokenType, RegExp])[] = [
  ['to', /TO/y],
  [']', /\]/y],
  ['}', /\}/y],
  ['rangeQuoted', /"(?:[^"\\]|\\[\s\S])+"/y],
  ['rangeWord', /[^ \t\n\r\u3000\]}]+/y],
];
const TOKENS: Readonly<Record<Mode, readonly (readonly [LuceneTokenType, RegExp])[]>> = {
  usual: USUAL,
  boost: BOOST,
  range: RANGE,
};

/** All tokens of a query, `eof` last. What a character means depends on whether a range is open. Throws KqlParseError. */
export function scanLucene(text: string): readonly LuceneToken[] {
  const tokens: LuceneToken[] = [];
  let mode: Mode = 'usual';
  let pos = 0;
  for (;;) {
    SPACE.lastIndex = pos;
    pos += SPACE.exec(text)?.[0].length ?? 0;
    if (pos >= text.length) break;
    let type: LuceneTokenType | undefined;
    let length = 0;
    for (const [candidate, pattern] of TOKENS[mode]) {
      pattern.lastIndex = pos;
      const found = pattern.exec(text)?.[0].length ?? 0;
      if (found > length) {
        type = candidate;
        length = found;
      }
    }
    if (type === undefined) {
      const rest = mode === 'range' ? 'a bound' : mode === 'boost' ? 'a number' : 'the end of what it begins';
      throw kqlError(text, `Cannot parse the query: "${text[pos]}" without ${rest}.`, { start: pos, end: pos + 1 });
    }
    tokens.push({ type, text: text.slice(pos, pos + length), from: pos, to: pos + length });
    pos += length;
    if (type === '^') mode = 'boost';
    else if (type === '[' || type === '{') mode = 'range';
    else if (type === ']' || type === '}' || type === 'number') mode = 'usual';
  }
  tokens.push({ type: 'eof', text: '', from: text.length, to: text.length });
  return tokens;
}
