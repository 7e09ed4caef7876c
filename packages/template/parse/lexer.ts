import { quoteGo, unicodePoint } from '../print/quote.ts';

export type TokenType =
  | 'error'
  | 'eof'
  | 'text'
  | 'leftDelim'
  | 'rightDelim'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'char'
  | 'string'
  | 'rawString'
  | 'charConstant'
  | 'number'
  | 'complex'
  | 'bool'
  | 'dot'
  | 'field'
  | 'variable'
  | 'identifier'
  | Keyword;

type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

export interface Token {
  readonly type: TokenType;
  /** UTF-16 offset of the first character. */
  readonly pos: number;
  /** As written; of an error its message. */
  readonly text: string;
  /** 1-based line on which it begins. */
  readonly line: number;
}

export const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  ...(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with'] as const),
]);

const WORD = /[\p{L}\p{Nd}_]/u;
const SPACES = ' \t\r\n';

/** Cuts a template into tokens, one at a time. After an error token come only `eof` tokens. */
export class Lexer {
  private pos = 0;
  private start = 0;
  private line = 1;
  private insideAction = false;
  private parenDepth = 0;
  private failed = false;

  constructor(private readonly input: string) {}

  next(): Token {
    if (this.failed) return { type: 'eof', pos: 0, text: 'EOF', line: this.line };
    this.start = this.pos;
    return this.insideAction ? this.action() : this.text();
  }

  /** The token from `start` to `pos`; `line` moves on past it. */
  private emit(type: TokenType): Token {
    const text = this.input.slice(this.start, this.pos);
    const token: Token = { type, pos: this.start, text, line: this.line };
    this.line += countLines(text);
    this.start = this.pos;
    return token;
  }

  private skip(): void {
    this.line += countLines(this.input.slice(this.start, this.pos));
    this.start = this.pos;
  }

  private error(message: string): Token {
    this.failed = true;
    return { type: 'error', pos: this.start, text: message, line: this.line };
  }

  /** The code point at the position as a string; '' at the end. */
  private peek(): string {
    const code = this.input.codePointAt(this.pos);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  private take(): string {
    const char = this.peek();
    this.pos += char.length;
    return char;
  }

  private text(): Token {
    const { input } = this;
    for (;;) {
      const found = input.indexOf('{{', this.pos);
      if (found < 0) {
        this.pos = input.length;
        return this.pos > this.start ? this.emit('text') : { type: 'eof', pos: this.pos, text: 'EOF', line: this.line };
      }
      const end = isLeftTrim(input, found + 2) ? trimmedEnd(input, this.start, found) : found;
      this.pos = end;
      const token = end > this.start ? this.emit('text') : undefined;
      this.pos = found;
      this.skip();
      if (token !== undefined) return token;
      const left = this.leftDelim();
      if (left !== undefined) return left;
    }
  }

  /** The opening delimiter, known to be there; undefined when it opened a comment, which is skipped. */
  private leftDelim(): Token | undefined {
    const { input } = this;
    this.pos += 2;
    const trims = isLeftTrim(input, this.pos);
    const after = this.pos + (trims ? 2 : 0);
    if (input.startsWith('/*', after)) {
      this.pos = after;
      this.skip();
      return this.comment();
    }
    const token = this.emit('leftDelim');
    this.insideAction = true;
    this.parenDepth = 0;
    this.pos = after;
    this.skip();
    return token;
  }

  private comment(): Token | undefined {
    const { input } = this;
    const end = input.indexOf('*/', this.pos + 2);
    if (end < 0) return this.error('unclosed comment');
    this.pos = end + 2;
    const delim = this.rightDelimAt(this.pos);
    if (delim === undefined) return this.error('comment ends before closing delimiter');
    this.pos += delim.size;
    if (delim.trims) this.skipSpaces();
    this.skip();
    return undefined;
  }

  private skipSpaces(): void {
    while (this.pos < this.input.length && SPACES.includes(this.input.charAt(this.pos))) this.pos++;
  }

  private rightDelimAt(pos: number): { readonly size: number; readonly trims: boolean } | undefined {
    const { input } = this;
    if (isSpace(input.charAt(pos)) && input.startsWith('-}}', pos + 1)) return { size: 4, trims: true };
    return input.startsWith('}}', pos) ? { size: 2, trims: false } : undefined;
  }

  private rightDelim(): Token {
    const trims = !this.input.startsWith('}}', this.pos);
    if (trims) {
      this.pos += 2;
      this.skip();
    }
    this.pos += 2;
    const token = this.emit('rightDelim');
    if (trims) {
      this.skipSpaces();
      this.skip();
    }
    this.insideAction = false;
    return token;
  }

  private action(): Token {
    if (this.rightDelimAt(this.pos) !== undefined) {
      return this.parenDepth === 0 ? this.rightDelim() : this.error('unclosed left paren');
    }
    const char = this.peek();
    if (char === '') return this.error('unclosed action');
    if (isSpace(char)) return this.space();
    if (char === '+' || char === '-' || isDigit(char)) return this.number();
    if (WORD.test(char)) return this.identifier();
    this.take();
    switch (char) {
      case '=':
        return this.emit('assign');
      case ':':
        return this.take() === '=' ? this.emit('declare') : this.error('expected :=');
      case '|':
        return this.emit('pipe');
      case '"':
        return this.quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.quoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.rawString();
      case '$':
        return this.atTerminator() ? this.emit('variable') : this.fieldOrVariable('variable');
      case '.':
        if (this.pos < this.input.length && !isDigit(this.input.charAt(this.pos))) return this.fieldOrVariable('field');
        this.pos--;
        return this.number();
      case '(':
        this.parenDepth++;
        return this.emit('leftParen');
      case ')':
        this.parenDepth--;
        return this.parenDepth < 0 ? this.error('unexpected right paren') : this.emit('rightParen');
    }
    if (char > ' ' && char < '\u007f') return this.emit('char');
    return this.error(`unrecognized character in action: ${unicodePoint(char.codePointAt(0) as number)}`);
  }

  /** A run of spaces; the last of them belongs to the delimiter when ` -}}` follows. */
  private space(): Token {
    this.skipSpaces();
    if (this.input.startsWith('-}}', this.pos)) {
      this.pos--;
      if (this.pos === this.start) return this.rightDelim();
    }
    return this.emit('space');
  }

  private identifier(): Token {
    this.takeWord();
    const word = this.input.slice(this.start, this.pos);
    if (!this.atTerminator()) return this.badCharacter();
    if (KEYWORDS.has(word)) return this.emit(word as Keyword);
    return this.emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  private takeWord(): void {
    for (let char = this.peek(); char !== '' && WORD.test(char); char = this.peek()) this.pos += char.length;
  }

  private fieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.atTerminator()) return this.emit(type === 'variable' ? 'variable' : 'dot');
    this.takeWord();
    return this.atTerminator() ? this.emit(type) : this.badCharacter();
  }

  private badCharacter(): Token {
    return this.error(`bad character ${unicodePoint(this.peek().codePointAt(0) ?? 0)}`);
  }

  /** Whether what follows may stand after an identifier. */
  private atTerminator(): boolean {
    const char = this.input.charAt(this.pos);
    return char === '' || isSpace(char) || '.,|:)('.includes(char) || this.input.startsWith('}}', this.pos);
  }

  private quoted(quote: string, type: 'string' | 'charConstant', message: string): Token {
    for (;;) {
      let char = this.take();
      if (char === quote) return this.emit(type);
      if (char === '\\') {
        char = this.take();
        if (char !== '' && char !== '\n') continue;
      }
      if (char === '' || char === '\n') return this.error(message);
    }
  }

  private rawString(): Token {
    const end = this.input.indexOf('`', this.pos);
    if (end < 0) return this.error('unterminated raw quoted string');
    this.pos = end + 1;
    return this.emit('rawString');
  }

  private number(): Token {
    const bad = (): Token => this.error(`bad number syntax: ${quoteGo(this.input.slice(this.start, this.pos))}`);
    if (!this.scanNumber()) return bad();
    const sign = this.peek();
    if (sign !== '+' && sign !== '-') return this.emit('number');
    return this.scanNumber() && this.input.charAt(this.pos - 1) === 'i' ? this.emit('complex') : bad();
  }

  /** Takes what may be a number; whether it is one shows when it is converted. */
  private scanNumber(): boolean {
    this.accept('+-');
    let digits = '0123456789_';
    if (this.accept('0')) {
      if (this.accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.accept('oO')) digits = '01234567_';
      else if (this.accept('bB')) digits = '01_';
    }
    this.acceptRun(digits);
    if (this.accept('.')) this.acceptRun(digits);
    if ((digits.length === 11 && this.accept('eE')) || (digits.length === 23 && this.accept('pP'))) {
      this.accept('+-');
      this.acceptRun('0123456789_');
    }
    this.accept('i');
    const next = this.peek();
    if (next === '' || !WORD.test(next)) return true;
    this.pos += next.length;
    return false;
  }

  private accept(chars: string): boolean {
    const char = this.input.charAt(this.pos);
    if (char === '' || !chars.includes(char)) return false;
    this.pos++;
    return true;
  }

  private acceptRun(chars: string): void {
    while (this.accept(chars));
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function isSpace(char: string): boolean {
  return char !== '' && SPACES.includes(char);
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

function isLeftTrim(input: string, pos: number): boolean {
  return input.charAt(pos) === '-' && isSpace(input.charAt(pos + 1));
}

function trimmedEnd(input: string, start: number, end: number): number {
  while (end > start && isSpace(input.charAt(end - 1))) end--;
  return end;
}
