/** One lexeme of ClickHouse SQL. Comments and white space are no tokens. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'quoted' | 'punctuation' | 'unterminated';
  /** Offsets into the text that was given. */
  readonly start: number;
  readonly end: number;
  /** Open brackets around the token; an opening bracket and its closing one have the depth outside of them. */
  readonly depth: number;
}

const STICKY_SPACE = /[\s\0]+/y;
const STICKY_WORD = /[\p{L}_\u0080-\u00ff][\p{L}\p{N}_$\u0080-\u00ff]*/uy;
const STICKY_NUMBER = /[0-9][0-9A-Za-z_.]*(?:(?<=[eEpP])[+-][0-9]+)?/y;
const STICKY_HEREDOC = /\$[A-Za-z0-9_]*\$/y;

/**
 * Walks over ClickHouse SQL far enough to tell keywords from text: strings with both ways of escaping, quoted identifiers, heredocs,
 * all kinds of comments. It is lazy, because what follows `FORMAT` in an INSERT is data and no SQL.
 */
export class Lexer {
  #position = 0;
  #depth = 0;

  constructor(readonly text: string) {}

  /** Where the next token is looked for. */
  get position(): number {
    return this.#position;
  }

  /** Undefined at the end of the text. */
  next(): Token | undefined {
    this.#skipBlanks();
    const start = this.#position;
    if (start >= this.text.length) return undefined;
    const kind = this.#read(start);
    let depth = this.#depth;
    if (kind === 'punctuation') {
      const mark = this.text[start];
      if (mark === '(' || mark === '[' || mark === '{') this.#depth++;
      if ((mark === ')' || mark === ']' || mark === '}') && this.#depth > 0) depth = --this.#depth;
    }
    return { kind, start, end: this.#position, depth };
  }

  textOf(token: Token): string {
    return this.text.slice(token.start, token.end);
  }

  #read(start: number): Token['kind'] {
    const mark = this.text[start] as string;
    if (mark === "'") return this.#readQuoted(start, "'", 'string');
    if (mark === '`' || mark === '"') return this.#readQuoted(start, mark, 'quoted');
    if (this.#match(STICKY_WORD)) return 'word';
    if (this.#match(STICKY_NUMBER)) return 'number';
    if (mark === '$') {
      const tag = this.#match(STICKY_HEREDOC);
      if (tag !== undefined) {
        const close = this.text.indexOf(tag, this.#position);
        this.#position = close < 0 ? this.text.length : close + tag.length;
        return close < 0 ? 'unterminated' : 'string';
      }
    }
    this.#position = start + 1;
    return 'punctuation';
  }

  #readQuoted(start: number, quote: string, kind: Token['kind']): Token['kind'] {
    for (let at = start + 1; at < this.text.length; at++) {
      const mark = this.text[at];
      if (mark === '\\') at++;
      else if (mark === quote) {
        if (this.text[at + 1] === quote) at++;
        else {
          this.#position = at + 1;
          return kind;
        }
      }
    }
    this.#position = this.text.length;
    return 'unterminated';
  }

  #skipBlanks(): void {
    for (;;) {
      this.#match(STICKY_SPACE);
      const at = this.#position;
      const lineComment =
        this.text.startsWith('--', at) || this.text.startsWith('# ', at) || this.text.startsWith('#!', at);
      if (lineComment) {
        const newline = this.text.indexOf('\n', at);
        this.#position = newline < 0 ? this.text.length : newline + 1;
      } else if (this.text.startsWith('/*', at)) {
        const close = this.text.indexOf('*/', at + 2);
        this.#position = close < 0 ? this.text.length : close + 2;
      } else return;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }
}
