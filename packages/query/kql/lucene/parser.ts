import {
  type FieldName,
  freezeNode,
  isLoneWildcard,
  type KqlNode,
  type RangeBound,
  type RangeOp,
} from '../parse/ast.ts';
import { kqlError } from '../parse/errors.ts';
import { ClauseList, type Conjunction, type Modifier } from './clauses.ts';
import { lucenePattern, namePattern, unescapeLucene } from './escapes.ts';
import type { LuceneToken, LuceneTokenType } from './scanner.ts';

const MAX_DEPTH = 500;

/** Lucene's classic grammar with what Elasticsearch's `query_string` adds: `>`, `>=`, `<`, `<=`, `_exists_`, patterns of names. */
export class LuceneParser {
  #at = 0;
  #depth = 0;

  constructor(
    readonly text: string,
    readonly tokens: readonly LuceneToken[],
  ) {}

  parse(): KqlNode {
    const node = this.#peek().type === 'eof' ? undefined : this.#query(undefined);
    if (this.#peek().type !== 'eof') this.#fail();
    return node ?? freezeNode({ kind: 'all', range: { from: 0, to: this.text.length } });
  }

  #peek(ahead = 0): LuceneToken {
    return this.tokens[Math.min(this.#at + ahead, this.tokens.length - 1)] as LuceneToken;
  }

  #take(): LuceneToken {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #accept(type: LuceneTokenType): LuceneToken | undefined {
    return this.#peek().type === type ? this.#take() : undefined;
  }

  #fail(): never {
    const { type, text, from, to } = this.#peek();
    const met = type === 'eof' ? 'the end of the query' : `"${text}"`;
    throw kqlError(this.text, `Cannot parse the query: unexpected ${met}.`, { start: from, end: to });
  }

  #query(field: FieldName | undefined): KqlNode {
    const from = this.#peek().from;
    const clauses = new ClauseList();
    let conjunction: Conjunction = 'none';
    for (;;) {
      const modifier = this.#modifier();
      clauses.add(this.#clause(field), conjunction, modifier);
      const { type } = this.#peek();
      if (type === 'eof' || type === ')') break;
      conjunction = this.#accept('and') !== undefined ? 'and' : this.#accept('or') !== undefined ? 'or' : 'none';
    }
    const to = this.tokens[this.#at - 1]?.to ?? from;
    return clauses.toNode({ from, to }) as KqlNode;
  }

  #modifier(): Modifier {
    if (this.#accept('+') !== undefined) return 'required';
    return this.#accept('-') !== undefined || this.#accept('not') !== undefined ? 'prohibited' : 'none';
  }

  #clause(outer: FieldName | undefined): KqlNode {
    const from = this.#peek().from;
    let field = outer;
    const first = this.#peek().type;
    if ((first === 'term' || first === '*') && this.#peek(1).type === ':') {
      const name = unescapeLucene(this.#take().text);
      this.#take();
      const pattern = namePattern(name);
      field = pattern === undefined ? { name } : { name, pattern };
    }
    if (this.#accept('(') === undefined) return this.#term(field, from);
    this.#depth++;
    if (this.#depth > MAX_DEPTH) {
      throw kqlError(this.text, `The query is more than ${MAX_DEPTH} levels deep.`, { start: from, end: from + 1 });
    }
    const node = this.#query(field);
    this.#depth--;
    if (this.#accept(')') === undefined) this.#fail();
    this.#boost();
    return node;
  }

  /** What a clause weighs has no bearing on whether it matches. */
  #boost(): void {
    if (this.#accept('^') !== undefined && this.#accept('number') === undefined) this.#fail();
  }

  #term(field: FieldName | undefined, from: number): KqlNode {
    const token = this.#peek();
    switch (token.type) {
      case '[':
      case '{':
        return this.#range(field, from);
      case 'quoted': {
        this.#take();
        const slop = this.#accept('fuzzy')?.text.slice(1) ?? '';
        this.#boost();
        const text = unescapeLucene(token.text.slice(1, -1));
        if (isExists(field)) return this.#exists(text, from);
        return this.#node({
          kind: 'phrase',
          ...on(field),
          text,
          slop: Math.trunc(Number(slop)),
          range: this.#from(from),
        });
      }
      case 'term':
      case '*':
      case 'prefix':
      case 'wild':
      case 'regexp':
      case 'bareOperator': {
        this.#take();
        const before = this.#accept('fuzzy');
        this.#boost();
        const fuzzy = before ?? this.#accept('fuzzy');
        return this.#word(token, field, fuzzy, from);
      }
      default:
        return this.#fail();
    }
  }

  #word(token: LuceneToken, field: FieldName | undefined, fuzzy: LuceneToken | undefined, from: number): KqlNode {
    const range = this.#from(from);
    if (token.type === 'regexp') {
      const pattern = token.text.slice(1, -1).replaceAll('\\/', '/');
      return this.#node({ kind: 'regexp', ...on(field), pattern, range });
    }
    if (token.type !== 'term' && token.type !== 'bareOperator') {
      const pattern = lucenePattern(token.text);
      if (!isLoneWildcard(pattern) || field === undefined) {
        return this.#node({ kind: 'wildcard', ...on(field), pattern, range });
      }
      return isLoneWildcard(field.pattern)
        ? this.#node({ kind: 'all', range })
        : this.#node({ kind: 'exists', field, range });
    }
    const text = unescapeLucene(token.text.trim());
    if (isExists(field)) return this.#exists(text, from);
    if (fuzzy !== undefined) {
      return this.#node({ kind: 'fuzzy', ...on(field), text, edits: editsOf(fuzzy.text.slice(1), text), range });
    }
    const compared = field === undefined ? null : /^([<>]=?)([\s\S]+)$/.exec(text);
    if (field !== undefined && compared !== null) {
      const op = OPERATORS[compared[1] as string] as RangeOp;
      return this.#node({ kind: 'range', field, bounds: [{ op, value: compared[2] as string }], range });
    }
    return this.#node({ kind: 'match', ...on(field), value: text, range });
  }

  #range(field: FieldName | undefined, from: number): KqlNode {
    const open = this.#take();
    const low = this.#bound();
    // Without a TO between them two bounds are accepted as well.
    this.#accept('to');
    const high = this.#bound();
    const close = this.#accept(']') ?? this.#accept('}') ?? this.#fail();
    this.#boost();
    const bounds: RangeBound[] = [];
    if (low !== undefined) bounds.push({ op: open.type === '[' ? 'gte' : 'gt', value: low });
    if (high !== undefined) bounds.push({ op: close.type === ']' ? 'lte' : 'lt', value: high });
    const range = this.#from(from);
    if (bounds.length > 0) return this.#node({ kind: 'range', ...on(field), bounds, range });
    return field === undefined || isLoneWildcard(field.pattern)
      ? this.#node({ kind: 'all', range })
      : this.#node({ kind: 'exists', field, range });
  }

  /** Undefined: `*`, open. */
  #bound(): string | undefined {
    const token = this.#accept('rangeWord') ?? this.#accept('rangeQuoted') ?? this.#fail();
    if (token.type === 'rangeQuoted') return unescapeLucene(token.text.slice(1, -1));
    return token.text === '*' ? undefined : unescapeLucene(token.text);
  }

  #exists(name: string, from: number): KqlNode {
    const pattern = namePattern(name);
    return this.#node({
      kind: 'exists',
      field: pattern === undefined ? { name } : { name, pattern },
      range: this.#from(from),
    });
  }

  #from(from: number): { from: number; to: number } {
    return { from, to: this.tokens[this.#at - 1]?.to ?? from };
  }

  #node(node: KqlNode): KqlNode {
    return freezeNode(node);
  }
}

const OPERATORS: Readonly<Record<string, RangeOp>> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' };

function on(field: FieldName | undefined): { readonly field?: FieldName } {
  return field === undefined ? {} : { field };
}

function isExists(field: FieldName | undefined): boolean {
  return field?.name === '_exists_';
}

/** A fraction is a similarity, from which the edits follow by the word's length. */
function editsOf(text: string, word: string): number | 'auto' {
  if (text === '') return 'auto';
  const value = Number(text);
  return value >= 1 || value === 0
    ? Math.min(Math.trunc(value), 2)
    : Math.min(Math.trunc((1 - value) * [...word].length), 2);
}
