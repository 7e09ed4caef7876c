import {
  type FieldName,
  freezeNode,
  isLoneWildcard,
  type KqlNode,
  type RangeBound,
  type RangeOp,
  type TextRange,
} from './ast.ts';
import { expectationError, kqlError } from './errors.ts';
import { isKqlSpace, type Literal, readLiteral, spacesEnd, wordEnd } from './literal.ts';

const RANGE_OPERATORS: readonly (readonly [string, RangeOp])[] = [
  ['<=', 'lte'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['>', 'gt'],
];

/** Deeper than any query that is meant, and shallow enough for those who walk the tree recursively. */
const MAX_DEPTH = 500;

/**
 * KQL's grammar, tried from left to right as Kibana's is: what was expected at the furthest place that was reached is what the error says. Each method
 * returns undefined where its rule does not match at the position, and leaves the position as it was.
 */
export class KqlGrammar {
  #pos = 0;
  #furthest = 0;
  #expected = new Set<string>();
  #depth = 0;

  constructor(
    readonly text: string,
    /** Also what Lucene writes differently and KQL's words leave free: `f:>1`, `f:[a TO b]`, `_exists_:f`. */
    readonly lenient = false,
  ) {}

  parse(): KqlNode {
    this.#spaces();
    const query = this.#orQuery();
    this.#pos = spacesEnd(this.text, this.#pos);
    if (this.#pos < this.text.length) {
      this.#expect('end of input');
      throw expectationError(this.text, this.#furthest, this.#expected);
    }
    return query ?? freezeNode({ kind: 'all', range: { from: 0, to: this.text.length } });
  }

  #expect(what: string): undefined {
    if (this.#pos > this.#furthest) {
      this.#furthest = this.#pos;
      this.#expected = new Set();
    }
    if (this.#pos === this.#furthest) this.#expected.add(what);
    return undefined;
  }

  #spaces(): void {
    this.#pos = spacesEnd(this.text, this.#pos);
    this.#expect('whitespace');
  }

  /** One character that is meant as such. */
  #sign(sign: string): boolean {
    if (this.text[this.#pos] === sign) {
      this.#pos++;
      return true;
    }
    this.#expect(`"${sign}"`);
    return false;
  }

  /** Blanks, the keyword, blanks. */
  #joined(keyword: 'and' | 'or'): boolean {
    const end = isKqlSpace(this.text[this.#pos])
      ? wordEnd(this.text, spacesEnd(this.text, this.#pos), keyword)
      : undefined;
    if (end === undefined) {
      this.#expect(keyword.toUpperCase());
      return false;
    }
    this.#pos = end;
    return true;
  }

  #not(): boolean {
    const end = wordEnd(this.text, this.#pos, 'not');
    if (end === undefined) {
      this.#expect('NOT');
      return false;
    }
    this.#pos = end;
    return true;
  }

  #rangeFrom(from: number): TextRange {
    let to = this.#pos;
    while (to > from && isKqlSpace(this.text[to - 1])) to--;
    return { from, to };
  }

  /** `part (keyword part)*`. */
  #sequence(kind: 'and' | 'or', part: () => KqlNode | undefined): KqlNode | undefined {
    const from = this.#pos;
    const first = part();
    if (first === undefined) return undefined;
    const parts = [first];
    for (;;) {
      const before = this.#pos;
      const next = this.#joined(kind) ? part() : undefined;
      if (next === undefined) {
        this.#pos = before;
        break;
      }
      parts.push(next);
    }
    return parts.length === 1 ? first : freezeNode({ kind, parts, range: this.#rangeFrom(from) });
  }

  #negated(part: () => KqlNode | undefined): KqlNode | undefined {
    const from = this.#pos;
    if (!this.#not()) return part();
    const inner = part();
    if (inner !== undefined) return freezeNode({ kind: 'not', part: inner, range: this.#rangeFrom(from) });
    this.#pos = from;
    return undefined;
  }

  /** `open inner close`; undefined, and the position where it was, where it is not. */
  #enclosed(open: string, close: string, inner: () => KqlNode | undefined): KqlNode | undefined {
    const from = this.#pos;
    if (!this.#sign(open)) return undefined;
    this.#depth++;
    if (this.#depth > MAX_DEPTH) {
      throw kqlError(this.text, `The query is more than ${MAX_DEPTH} levels deep.`, { start: from, end: from + 1 });
    }
    this.#spaces();
    const node = inner();
    this.#depth--;
    if (node !== undefined) {
      this.#pos = spacesEnd(this.text, this.#pos);
      if (this.#sign(close)) return node;
    }
    this.#pos = from;
    return undefined;
  }

  #orQuery(): KqlNode | undefined {
    return this.#sequence('or', () => this.#sequence('and', () => this.#negated(() => this.#subQuery())));
  }

  #subQuery(): KqlNode | undefined {
    return this.#enclosed('(', ')', () => this.#orQuery()) ?? this.#expression();
  }

  #expression(): KqlNode | undefined {
    const from = this.#pos;
    const field = readLiteral(this.text, from);
    if (field === undefined) {
      this.#expect('field name');
      this.#expect('value');
      return undefined;
    }
    this.#pos = field.to;
    this.#spaces();
    const afterField = this.#pos;
    const name = fieldOf(field);
    if (this.#sign(':')) {
      this.#spaces();
      const part = this.#enclosed('{', '}', () => this.#orQuery());
      if (part !== undefined) return freezeNode({ kind: 'nested', path: name, part, range: this.#rangeFrom(from) });
      const values = this.#listOfValues(name, from);
      if (values !== undefined) return values;
      const compared = this.lenient ? this.#rangeExpression(name, from) : undefined;
      if (compared !== undefined) return compared;
    }
    this.#pos = afterField;
    const range = this.#rangeExpression(name, from);
    if (range !== undefined) return range;
    this.#pos = field.to;
    return valueNode(field, undefined, this.#rangeFrom(from));
  }

  #rangeExpression(field: FieldName, from: number): KqlNode | undefined {
    const operator = RANGE_OPERATORS.find(([sign]) => this.text.startsWith(sign, this.#pos));
    if (operator === undefined) {
      for (const [sign] of RANGE_OPERATORS) this.#expect(`"${sign}"`);
      return undefined;
    }
    this.#pos += operator[0].length;
    this.#spaces();
    const value = readLiteral(this.text, this.#pos);
    if (value === undefined) return this.#expect('literal');
    this.#pos = value.to;
    const bounds = [{ op: operator[1], value: value.value }];
    return freezeNode({ kind: 'range', field, bounds, range: this.#rangeFrom(from) });
  }

  #listOfValues(field: FieldName, from: number): KqlNode | undefined {
    const start = this.#pos;
    const list = this.#enclosed('(', ')', () =>
      this.#sequence('or', () =>
        this.#sequence('and', () => this.#negated(() => this.#listOfValues(field, this.#pos))),
      ),
    );
    if (list !== undefined) return list;
    const value = readLiteral(this.text, start);
    if (value === undefined) return this.#expect('value');
    this.#pos = value.to;
    const range = this.#rangeFrom(from);
    return (this.lenient ? luceneNode(value, field, range) : undefined) ?? valueNode(value, field, range);
  }
}

function luceneNode({ quoted, value }: Literal, field: FieldName, range: TextRange): KqlNode | undefined {
  if (field.name === '_exists_') return freezeNode({ kind: 'exists', field: { name: value }, range });
  const [, low, high] = (quoted ? null : /^\[\s*(\S+)\s+TO\s+(\S+)\s*\]$/.exec(value)) ?? [];
  if (low === undefined || high === undefined) return undefined;
  const bounds: RangeBound[] = [];
  if (low !== '*') bounds.push({ op: 'gte', value: low });
  if (high !== '*') bounds.push({ op: 'lte', value: high });
  return freezeNode(bounds.length === 0 ? { kind: 'exists', field, range } : { kind: 'range', field, bounds, range });
}

function fieldOf({ value, pattern }: Literal): FieldName {
  return pattern === undefined ? { name: value } : { name: value, pattern };
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function valueNode(literal: Literal, field: FieldName | undefined, range: TextRange): KqlNode {
  const on = field === undefined ? {} : { field };
  const { value, quoted, pattern } = literal;
  if (quoted) return freezeNode({ kind: 'phrase', ...on, text: value, slop: 0, range });
  if (pattern !== undefined && field !== undefined && isLoneWildcard(pattern)) {
    return freezeNode(isLoneWildcard(field.pattern) ? { kind: 'all', range } : { kind: 'exists', field, range });
  }
  if (pattern !== undefined) return freezeNode({ kind: 'wildcard', ...on, pattern, range });
  return freezeNode({
    kind: 'match',
    ...on,
    value: Object.hasOwn(WORDS, value) ? (WORDS[value] as boolean | null) : value,
    range,
  });
}
