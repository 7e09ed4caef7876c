import type { MetricExpr, NumberLiteral, TextRange } from './ast.ts';
import { LogqlParseError, placeOf } from './errors.ts';
import { Lexer, type Token } from './lexer.ts';

/** No tree is deeper: the stack of those who walk it recursively is safe. Loki has no such limit. */
export const MAX_EXPRESSION_DEPTH = 1000;

/** Tokens with lookahead; whatever is wrong leaves as LogqlParseError. */
export class TokenStream {
  /** Where the token that was taken last ends. */
  lastEnd = 0;
  /** What is wrong in meaning is said only when the whole query could be read: Loki's order. */
  readonly deferred = new Map<MetricExpr, string>();
  readonly #lexer: Lexer;
  readonly #ahead: Token[] = [];
  #depth = 0;
  readonly #depths = new Map<object, number>();

  constructor(readonly query: string) {
    this.#lexer = new Lexer(query);
  }

  /** The next token; throws where the text itself is wrong. */
  peek(): Token {
    const token = this.#at(0);
    return token.type === 'error' ? this.#throwAt(token, token.text) : token;
  }

  /** The type of the token behind the next one. */
  peekSecond(): Token {
    return this.#at(1);
  }

  #at(index: number): Token {
    while (this.#ahead.length <= index) this.#ahead.push(this.#lexer.next());
    return this.#ahead[index] as Token;
  }

  at(type: string): boolean {
    return this.peek().type === type;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead.shift();
    this.lastEnd = token.end;
    return token;
  }

  accept(type: string): Token | undefined {
    return this.at(type) ? this.take() : undefined;
  }

  /** Takes a token of this type; `expecting` are the names that Loki would list here, in its order (at most four, else none). */
  expect(type: string, expecting: string = type): Token {
    return this.accept(type) ?? this.fail(expecting);
  }

  /** The next token cannot stand here. */
  fail(expecting = ''): never {
    const token = this.peek();
    const hope = expecting === '' ? '' : `, expecting ${expecting}`;
    return this.#throwAt(token, `syntax error: unexpected ${token.type}${hope}`);
  }

  /** The token, taken or not, cannot stand where it stands. */
  failAt(token: Token): never {
    this.#throwAt(token, `syntax error: unexpected ${token.type}`);
  }

  #throwAt(token: Token, message: string): never {
    const range = { from: token.start, to: Math.max(token.end, Math.min(token.start + 1, this.query.length)) };
    const { line, column } = placeOf(this.query, token.start);
    if (this.query === '') throw new LogqlParseError(message, { range });
    throw new LogqlParseError(message, { range, line: token.lineless ? 0 : line, column });
  }

  /** Something is wrong in meaning, and nothing after it counts. */
  refuse(range: TextRange, message: string): never {
    throw new LogqlParseError(message, { range });
  }

  /** Stands for an expression that makes no sense; the message is thrown when the query ends well. */
  defer(range: TextRange, message: string): NumberLiteral {
    const node: NumberLiteral = Object.freeze({ kind: 'number', value: Number.NaN, range });
    this.deferred.set(node, message);
    return node;
  }

  rangeFrom(from: number): TextRange {
    return Object.freeze({ from, to: this.lastEnd });
  }

  /** Guards the stack of whoever walks the tree recursively. */
  nested<T>(body: () => T): T {
    if (++this.#depth > MAX_EXPRESSION_DEPTH) this.tooDeep();
    const result = body();
    this.#depth--;
    return result;
  }

  /** Gives the node, whose children these are; chains make trees deep too. */
  deeper<T extends object>(children: readonly object[], node: T): T {
    const depth = 1 + Math.max(0, ...children.map((child) => this.#depths.get(child) ?? 0));
    if (depth > MAX_EXPRESSION_DEPTH) this.tooDeep();
    this.#depths.set(node, depth);
    return node;
  }

  tooDeep(): never {
    this.#throwAt(this.peek(), `expression is nested more than ${MAX_EXPRESSION_DEPTH} levels deep`);
  }
}
