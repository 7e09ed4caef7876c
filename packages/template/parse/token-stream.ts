import { quoteGo } from '../print/quote.ts';
import { TemplateError } from '../template-error.ts';
import { KEYWORDS, Lexer, type Token, type TokenType } from './lexer.ts';

/** The tokens of one text with look-ahead, and the errors that speak of them. */
export class TokenStream {
  private readonly lexer: Lexer;
  /** Tokens that were read and put back, the next one last. */
  private readonly ahead: Token[] = [];
  /** Line of the last token that the lexer cut: where errors are placed. */
  private line = 1;
  /** Line on which the current action began; 0 outside actions. */
  actionLine = 0;

  constructor(
    private readonly name: string,
    text: string,
  ) {
    this.lexer = new Lexer(text);
  }

  next(): Token {
    const token = this.ahead.pop();
    if (token !== undefined) return token;
    const fresh = this.lexer.next();
    this.line = fresh.line;
    return fresh;
  }

  /** Puts tokens back; the first given comes out first. */
  back(...tokens: readonly Token[]): void {
    for (let i = tokens.length - 1; i >= 0; i--) this.ahead.push(tokens[i] as Token);
  }

  peek(): Token {
    const token = this.next();
    this.back(token);
    return token;
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== 'space') return token;
    }
  }

  /** Drops spaces, and shows what follows. */
  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.back(token);
    return token;
  }

  expect(types: readonly TokenType[], context: string): Token {
    const token = this.nextNonSpace();
    if (!types.includes(token.type)) this.unexpected(token, context);
    return token;
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      const word = token.text.endsWith(' action') ? '' : ' in action';
      extra = `${word} started at ${this.name}:${this.actionLine}`;
    }
    this.fail(`${token.text}${extra}`);
  }

  fail(message: string): never {
    throw new TemplateError({
      phase: 'parse',
      message: `template: ${this.name}:${this.line}: ${message}`,
      templateName: this.name,
      line: this.line,
    });
  }
}

function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (KEYWORDS.has(token.type) || token.type === 'dot') return `<${token.text}>`;
  const chars = [...token.text];
  return chars.length > 10 ? `${quoteGo(chars.slice(0, 10).join(''))}...` : quoteGo(token.text);
}
