import type { Position } from './ast.ts';
import type { ParseIssue } from './errors.ts';
import { describeToken, Lexer, type Token, type TokenType } from './lexer.ts';

/** Ends the parsing of the query; what was wrong stands in the issues. Never leaves this folder. */
export class SyntaxAbort extends Error {}

/** Tokens with one of lookahead, and the list of what was found wrong so far. */
export class TokenStream {
  readonly issues: ParseIssue[] = [];
  /** Reported only when there are no `issues`. */
  typeIssues: ParseIssue[] = [];
  /** Where the token that was taken last ends. */
  lastEnd = 0;
  readonly #lexer: Lexer;
  #next: Token | undefined;
  #aggregations = 0;
  #depth = 0;

  constructor(
    readonly query: string,
    readonly maxDepth: number,
  ) {
    this.#lexer = new Lexer(query);
  }

  peek(): Token {
    if (this.#next === undefined) {
      this.#next = this.#lexer.next();
      if (this.#next.type === 'error') this.issue(this.#next, this.#next.text);
    }
    return this.#next;
  }

  at(type: TokenType): boolean {
    return this.peek().type === type;
  }

  take(): Token {
    const token = this.peek();
    if (token.type !== 'eof' && token.type !== 'error') this.#next = undefined;
    this.lastEnd = token.end;
    return token;
  }

  accept(type: TokenType): Token | undefined {
    return this.at(type) ? this.take() : undefined;
  }

  issue({ start, end }: Position, message: string): void {
    this.issues.push({ message, position: { start, end } });
  }

  typeIssue({ start, end }: Position, message: string): void {
    this.typeIssues.push({ message, position: { start, end } });
  }

  /** Runs `body` and gives what it added to the type issues, taken out of the list. */
  collectTypeIssues<T>(body: () => T): { readonly result: T; readonly found: readonly ParseIssue[] } {
    const mark = this.typeIssues.length;
    const result = body();
    return { result, found: this.typeIssues.splice(mark) };
  }

  /** The next token cannot stand here. A mistake of the lexer was reported already. */
  fail(context = this.#aggregations > 0 ? 'aggregation' : '', expected = ''): never {
    const token = this.peek();
    if (token.type !== 'error') {
      const where = context === '' ? '' : ` in ${context}`;
      const instead = expected === '' ? '' : `, expected ${expected}`;
      this.issue(token, `unexpected ${describeToken(token)}${where}${instead}`);
    }
    throw new SyntaxAbort();
  }

  /** Inside the parentheses of an aggregation, messages of `fail` without a context of their own say so. */
  inAggregation<T>(body: () => T): T {
    this.#aggregations++;
    const result = body();
    this.#aggregations--;
    return result;
  }

  get insideAggregation(): boolean {
    return this.#aggregations > 0;
  }

  /** Guards the stack of whoever walks the tree recursively. */
  nested<T>(body: () => T): T {
    if (++this.#depth > this.maxDepth) this.tooDeep();
    const result = body();
    this.#depth--;
    return result;
  }

  tooDeep(): never {
    this.issue(this.peek(), `expression is nested more than ${this.maxDepth} levels deep`);
    throw new SyntaxAbort();
  }
}
