import { matcherError } from './matcher-error.ts';
import { isReserved } from './print-matcher.ts';
import { isSpace } from './white-space.ts';

export type TokenKind = '{' | '}' | ',' | '=' | '!=' | '=~' | '!~' | 'quoted' | 'unquoted' | 'end';

/** Columns count characters from 0; `to` is the one behind the token. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Cuts a text into tokens; what is none throws, with its place and Alertmanager's words. */
export class Utf8Lexer {
  readonly #chars: readonly string[];
  #at = 0;
  #peeked: Token | undefined;

  constructor(text: string) {
    this.#chars = [...text];
  }

  peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  #scan(): Token {
    const chars = this.#chars;
    while (this.#at < chars.length && isSpace(chars[this.#at] as string)) this.#at++;
    const from = this.#at;
    const char = chars[from];
    if (char === undefined) return { kind: 'end', text: '', from, to: from };
    if (char === '{' || char === '}' || char === ',') return this.#token(char, from, from + 1);
    if (char === '=')
      return chars[from + 1] === '~' ? this.#token('=~', from, from + 2) : this.#token('=', from, from + 1);
    if (char === '!') return this.#negation(from);
    if (char === '"') return this.#quoted(from);
    if (isReserved(char)) throw matcherError(`${from}:${from + 1}: ${char}: invalid input`);
    let to = from + 1;
    while (to < chars.length && !isReserved(chars[to] as string)) to++;
    return this.#token('unquoted', from, to);
  }

  #negation(from: number): Token {
    const second = this.#chars[from + 1];
    if (second === '=') return this.#token('!=', from, from + 2);
    if (second === '~') return this.#token('!~', from, from + 2);
    const found = second === undefined ? 'unexpected end of input,' : '!:';
    throw matcherError(`${from}:${from + 1}: ${found} expected one of '=~'`);
  }

  #quoted(from: number): Token {
    const chars = this.#chars;
    for (let at = from + 1; at < chars.length; at++) {
      if (chars[at] === '\\') at++;
      else if (chars[at] === '"') return this.#token('quoted', from, at + 1);
    }
    throw matcherError(`${from}:${chars.length}: ${chars.slice(from).join('')}: missing end "`);
  }

  #token(kind: TokenKind, from: number, to: number): Token {
    this.#at = to;
    return { kind, text: this.#chars.slice(from, to).join(''), from, to };
  }
}
