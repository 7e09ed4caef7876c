import { utf8Length } from './errors.ts';
import { quoteChar, quoteGo } from './strings.ts';

/** Keywords, aggregators and operators have their own (lower-case) spelling as type. */
export type TokenType = string;

export interface Token {
  readonly type: TokenType;
  /** The source text; for type `error` the message. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export const AGGREGATORS: ReadonlySet<string> = new Set(
  'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio'.split(' '),
);
const KEYWORDS: ReadonlySet<string> = new Set(
  'offset smoothed anchored by without on ignoring group_left group_right fill fill_left fill_right bool'.split(' '),
);
const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
/** Words with a meaning of their own in some places that are names elsewhere. */
const PREPROCESSORS: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range', 'min_of', 'max_of']);
const OPERATORS: ReadonlySet<string> = new Set(
  '+ - * / % ^ == != < <= > >= </ >/ =~ !~ @ and or unless atan2'.split(' '),
);
const PUNCTUATION: ReadonlySet<string> = new Set(['(', ')', '{', '}', '[', ']', ',', ':', '=']);

/** How an error message names a token, as Prometheus does. */
export function describeToken({ type, text }: Token): string {
  if (type === 'eof') return 'end of input';
  if (KEYWORDS.has(type)) return `<${text}>`;
  if (OPERATORS.has(type)) return `<op:${text}>`;
  if (AGGREGATORS.has(type)) return `<aggr:${text}>`;
  if (type === 'identifier') return `identifier ${quoteGo(text)}`;
  if (type === 'metricIdentifier') return `metric identifier ${quoteGo(text)}`;
  const shown = utf8Length(text) > 10 ? `${quoteGo([...text].slice(0, 10).join(''))}...` : quoteGo(text);
  return PUNCTUATION.has(type) || PREPROCESSORS.has(type) ? shown : `${type} ${shown}`;
}

const DIGIT = '0123456789';

/**
 * Gives one token after the other, `eof` for ever at the end. What a character means depends on the brackets that are open, so the state
 * is kept here; the first mistake becomes a token of type `error`, and the lexer stays there.
 */
export class Lexer {
  #pos = 0;
  #start = 0;
  #parens = 0;
  #braceOpen = false;
  #bracketOpen = false;
  #gotColon = false;
  #gotDuration = false;
  /** Right after `[` and until the first number, the stricter rules of a duration expression hold. */
  #inDuration = false;
  #ended: Token | undefined;

  constructor(readonly input: string) {}

  next(): Token {
    if (this.#ended !== undefined) return this.#ended;
    this.#skipBlanks();
    this.#start = this.#pos;
    const token = this.#braceOpen ? this.#insideBraces() : this.#inDuration ? this.#duration() : this.#statement();
    if (token.type === 'eof' || token.type === 'error') this.#ended = token;
    return token;
  }

  #skipBlanks(): void {
    const { input } = this;
    for (;;) {
      const c = input[this.#pos];
      if (c === ' ' || c === '\t' || c === '\n' || c === '\r') this.#pos++;
      else if (c === '#' && !this.#inDuration) {
        while (this.#pos < input.length && input[this.#pos] !== '\n' && input[this.#pos] !== '\r') this.#pos++;
      } else return;
    }
  }

  #emit(type: TokenType): Token {
    const token = { type, text: this.input.slice(this.#start, this.#pos), start: this.#start, end: this.#pos };
    this.#start = this.#pos;
    return token;
  }

  #error(message: string): Token {
    return { type: 'error', text: message, start: this.#start, end: this.input.length };
  }

  #take(): string {
    const code = this.input.codePointAt(this.#pos);
    if (code === undefined) return '';
    const char = String.fromCodePoint(code);
    this.#pos += char.length;
    return char;
  }

  #peek(): string {
    return this.input[this.#pos] ?? '';
  }

  #accept(set: string): boolean {
    const c = this.#peek();
    if (c === '' || !set.includes(c)) return false;
    this.#pos++;
    return true;
  }

  #acceptRun(set: string): void {
    while (this.#accept(set)) {
      // All is done in the condition.
    }
  }

  #statement(): Token {
    const c = this.#take();
    switch (c) {
      case '':
        if (this.#parens !== 0) return this.#error('unclosed left parenthesis');
        if (this.#bracketOpen) return this.#error('unclosed left bracket');
        return this.#emit('eof');
      case ',':
      case '*':
      case '/':
      case '%':
      case '+':
      case '-':
      case '^':
      case '@':
        return this.#emit(c);
      case '=':
        if (this.#peek() === '~') return this.#error("unexpected character after '=': '~'");
        return this.#emit(this.#accept('=') ? '==' : '=');
      case '!': {
        const after = this.#take();
        if (after === '=') return this.#emit('!=');
        return this.#error(`unexpected character after '!': ${after === '' ? "'\uFFFD'" : quoteChar(after)}`);
      }
      case '<':
        return this.#emit(this.#accept('=') ? '<=' : this.#accept('/') ? '</' : '<');
      case '>':
        return this.#emit(this.#accept('=') ? '>=' : this.#accept('/') ? '>/' : '>');
      case '"':
      case "'":
      case '`':
        return this.#string(c);
      default:
        return this.#bracketed(c) ?? this.#word(c);
    }
  }

  #bracketed(c: string): Token | undefined {
    switch (c) {
      case '(':
        this.#parens++;
        return this.#emit('(');
      case ')': {
        const token = this.#emit(')');
        this.#parens--;
        return this.#parens < 0 ? this.#error("unexpected right parenthesis ')'") : token;
      }
      case '{':
        this.#braceOpen = true;
        return this.#emit('{');
      case '[':
        if (this.#bracketOpen) return this.#error("unexpected left bracket '['");
        this.#gotColon = false;
        this.#gotDuration = false;
        this.#bracketOpen = true;
        this.#inDuration = true;
        return this.#emit('[');
      case ']':
        if (!this.#bracketOpen) return this.#error("unexpected right bracket ']'");
        this.#bracketOpen = false;
        this.#inDuration = false;
        return this.#emit(']');
      default:
        return undefined;
    }
  }

  #word(c: string): Token {
    if (isDigit(c) || (c === '.' && isDigit(this.#peek()))) {
      this.#pos -= 1;
      return this.#numberOrDuration();
    }
    if (!isAlpha(c) && c !== ':') return this.#error(`unexpected character: ${quoteChar(c)}`);
    if (!this.#bracketOpen) {
      this.#pos -= 1;
      return this.#keywordOrIdentifier();
    }
    if (c === ':') {
      if (this.#gotColon) return this.#error("unexpected colon ':'");
      this.#gotColon = true;
      return this.#emit(':');
    }
    return this.#durationKeyword() ?? this.#error(`unexpected character: ${quoteChar(c)}, expected ':'`);
  }

  /** Between `[` (or `:`) and the first number. */
  #duration(): Token {
    const c = this.#take();
    switch (c) {
      case '':
        return this.#error('unexpected end of input in duration expression');
      case ']':
      case '(':
      case ')':
        return this.#bracketed(c) as Token;
      case ':': {
        const token = this.#emit(':');
        if (!this.#gotDuration) return this.#error('unexpected colon before duration in duration expression');
        if (this.#gotColon) return this.#error('unexpected repeated colon in duration expression');
        this.#gotColon = true;
        return token;
      }
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
      case ',':
        return this.#emit(c);
      default: {
        if (isDigit(c) || (c === '.' && isDigit(this.#peek()))) {
          this.#pos -= 1;
          this.#gotDuration = true;
          this.#inDuration = false;
          return this.#numberOrDuration();
        }
        const keyword = isAlpha(c) ? this.#durationKeyword() : undefined;
        if (keyword?.type === 'step' || keyword?.type === 'range') this.#gotDuration = true;
        return keyword ?? this.#error(`unexpected character in duration expression: ${quoteChar(c)}`);
      }
    }
  }

  /** The first letter is taken already. Undefined (and no further character taken) when it is no such word. */
  #durationKeyword(): Token | undefined {
    let end = this.#pos;
    while (isAlpha(this.input[end] ?? '')) end++;
    const word = this.input.slice(this.#start, end).toLowerCase();
    if (word !== 'step' && word !== 'range' && word !== 'min_of' && word !== 'max_of') return undefined;
    this.#pos = end;
    return this.#emit(word);
  }

  #insideBraces(): Token {
    const c = this.#take();
    switch (c) {
      case '':
        return this.#error('unexpected end of input inside braces');
      case ',':
        return this.#emit(',');
      case '"':
      case "'":
      case '`':
        return this.#string(c);
      case '=':
        return this.#emit(this.#accept('~') ? '=~' : '=');
      case '!': {
        const after = this.#take();
        if (after === '~') return this.#emit('!~');
        if (after === '=') return this.#emit('!=');
        const shown = after === '' ? "'\uFFFD'" : quoteChar(after);
        return this.#error(`unexpected character after '!' inside braces: ${shown}`);
      }
      case '{':
        return this.#error("unexpected left brace '{'");
      case '}':
        this.#braceOpen = false;
        return this.#emit('}');
      default:
        if (!isAlpha(c)) return this.#error(`unexpected character inside braces: ${quoteChar(c)}`);
        while (isAlphaNumeric(this.#peek())) this.#pos++;
        return this.#emit('identifier');
    }
  }

  #string(quote: string): Token {
    for (;;) {
      const c = this.#take();
      if (c === quote) return this.#emit('string');
      if (c === '') return this.#error(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
      if (c === '\uFFFD' || (c.length === 1 && c >= '\ud800' && c <= '\udfff'))
        return this.#error('invalid UTF-8 rune');
      if (quote === '`') continue;
      if (c === '\n') return this.#error('unterminated quoted string');
      if (c === '\\') {
        const mistake = this.#escape(quote);
        if (mistake !== undefined) return this.#error(mistake);
      }
    }
  }

  #escape(quote: string): string | undefined {
    const kind = this.#take();
    if (kind === '') return 'escape sequence not terminated';
    if ('abfnrtv\\'.includes(kind) || kind === quote) return undefined;
    let digits = 3;
    let radix = 8;
    let max = 255;
    if (kind === 'x') [digits, radix] = [2, 16];
    else if (kind === 'u') [digits, radix, max] = [4, 16, 0x10ffff];
    else if (kind === 'U') [digits, radix, max] = [8, 16, 0x10ffff];
    else if (kind >= '0' && kind <= '7') this.#pos -= 1;
    else return `unknown escape sequence ${describeChar(kind)}`;
    let code = 0;
    for (; digits > 0; digits--) {
      const c = this.#take();
      if (c === '') return 'escape sequence not terminated';
      const digit = /^[0-9a-fA-F]$/.test(c) ? Number.parseInt(c, 16) : 16;
      if (digit >= radix) return `illegal character ${describeChar(c)} in escape sequence`;
      code = code * radix + digit;
    }
    const invalid = code > max || (code >= 0xd800 && code < 0xe000);
    return invalid ? 'escape sequence is an invalid Unicode code point' : undefined;
  }

  #keywordOrIdentifier(): Token {
    while (isAlphaNumeric(this.#peek()) || this.#peek() === ':') this.#pos++;
    const word = this.input.slice(this.#start, this.#pos);
    const lower = word.toLowerCase();
    if (lower === 'inf' || lower === 'nan') return this.#emit('number');
    if (lower.startsWith('fill') && KEYWORDS.has(lower)) return this.#emit(this.#parenFollows() ? lower : 'identifier');
    if (AGGREGATORS.has(lower) || KEYWORDS.has(lower) || WORD_OPERATORS.has(lower) || PREPROCESSORS.has(lower)) {
      return this.#emit(lower);
    }
    return this.#emit(word.includes(':') ? 'metricIdentifier' : 'identifier');
  }

  #parenFollows(): boolean {
    return /^[ \t\r\n]*\(/.test(this.input.slice(this.#pos, this.#pos + 64));
  }

  #numberOrDuration(): Token {
    if (this.#scanNumber()) return this.#emit('number');
    if (this.#acceptDuration()) return this.#emit('duration');
    return this.#error(`bad number or duration syntax: ${quoteGo(this.input.slice(this.#start, this.#pos))}`);
  }

  /** The digits are taken; leaves the position where the mistake is, because the message shows the text up to there. */
  #acceptDuration(): boolean {
    if (!this.#accept('smhdwy')) return false;
    this.#accept('s');
    while (this.#accept(DIGIT)) {
      this.#acceptRun(DIGIT);
      if (!this.#accept('smhdw')) return false;
      this.#accept('s');
    }
    if (!isAlphaNumeric(this.#peek())) return true;
    this.#pos++;
    return false;
  }

  #scanNumber(): boolean {
    const from = this.#pos;
    let digits = DIGIT;
    if (this.#accept('0') && this.#accept('xX')) {
      this.#accept('_');
      digits = '0123456789abcdefABCDEF';
    }
    this.#accept('.');
    this.#accept(digits);
    let dot = false;
    let exponent = false;
    for (;;) {
      const c = this.#peek();
      if (c === '' || !`${digits}._eE`.includes(c)) break;
      if (c === '.') {
        this.#pos++;
        if (dot) return false;
        dot = true;
        if (this.#accept('_.') || digits.length > 10) return false;
      } else if ((c === 'e' || c === 'E') && digits.length === 10) {
        this.#pos++;
        if (exponent) return false;
        exponent = true;
        this.#accept('+-');
        if (this.#accept('._eE') || this.#peek() === '') return false;
      } else if (c === '_') {
        this.#pos++;
        if (this.#accept('._eE') || this.#peek() === '') return false;
      } else this.#acceptRun(digits);
    }
    return this.#pos > from && !isAlphaNumeric(this.#peek());
  }
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function isAlpha(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
}

function isAlphaNumeric(c: string): boolean {
  return isAlpha(c) || isDigit(c);
}

/** As Go's `%#U`: `U+002E '.'`. */
function describeChar(char: string): string {
  const code = char.codePointAt(0) as number;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return quoteChar(char).startsWith("'\\") && char !== '\\' && char !== "'" ? name : `${name} '${char}'`;
}
