import { KEYWORDS, Lexer, STAGE_WORDS, type Token } from './lexer.ts';

export type HighlightKind =
  | 'comment'
  | 'duration'
  | 'error'
  | 'flag'
  | 'function'
  | 'keyword'
  | 'label'
  | 'number'
  | 'operator'
  | 'punctuation'
  | 'stage'
  | 'string';

/** In UTF-16 units; `to` is exclusive. */
export interface HighlightToken {
  readonly kind: HighlightKind;
  readonly from: number;
  readonly to: number;
}

const BY_TYPE: Readonly<Record<string, HighlightKind>> = {
  error: 'error',
  IDENTIFIER: 'label',
  STRING: 'string',
  NUMBER: 'number',
  BYTES: 'number',
  DURATION: 'duration',
  RANGE: 'duration',
  FUNCTION_FLAG: 'flag',
  variants: 'function',
  label_replace: 'function',
  ip: 'function',
  of: 'keyword',
};
const PUNCTUATION: ReadonlySet<string> = new Set([...'{}(),.[]']);

/** What the parts of a text are, in order, blanks left out; for colours. Takes any text: what no token can be made of is an `error`, and the rest goes on. */
export function tokenizeLogql(text: string): readonly HighlightToken[] {
  const lexer = new Lexer(text);
  const found: HighlightToken[] = [];
  for (let token = lexer.next(); token.type !== '$end'; token = lexer.next()) {
    found.push({ kind: kindOf(token), from: token.start, to: token.end });
  }
  const comments = lexer.comments.map(({ from, to }) => ({ kind: 'comment', from, to }) as const);
  return comments.length === 0 ? found : [...found, ...comments].sort((a, b) => a.from - b.from);
}

function kindOf({ type }: Token): HighlightKind {
  const known = BY_TYPE[type];
  if (known !== undefined) return known;
  if (STAGE_WORDS.has(type)) return 'stage';
  if (KEYWORDS.has(type)) return 'keyword';
  if (/^[A-Z_]+$/.test(type)) return 'function';
  return PUNCTUATION.has(type) ? 'punctuation' : 'operator';
}
