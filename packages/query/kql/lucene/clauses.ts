import { freezeNode, type KqlNode, type TextRange } from '../parse/ast.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Modifier = 'none' | 'required' | 'prohibited';

interface Clause {
  readonly node: KqlNode;
  occur: 'should' | 'must' | 'mustNot';
}

/**
 * The clauses of one level, as Lucene's classic parser sorts them with OR as default operator: there is no precedence; AND makes its two sides required,
 * and what is neither required nor prohibited only counts where nothing is required.
 */
export class ClauseList {
  readonly #clauses: Clause[] = [];

  get size(): number {
    return this.#clauses.length;
  }

  add(node: KqlNode, conjunction: Conjunction, modifier: Modifier): void {
    const last = this.#clauses[this.#clauses.length - 1];
    if (conjunction === 'and' && last !== undefined && last.occur !== 'mustNot') last.occur = 'must';
    const required = modifier === 'required' || (conjunction === 'and' && modifier !== 'prohibited');
    this.#clauses.push({ node, occur: modifier === 'prohibited' ? 'mustNot' : required ? 'must' : 'should' });
  }

  /** Undefined where there is no clause. Prohibited clauses alone leave everything else. */
  toNode(range: TextRange): KqlNode | undefined {
    const of = (occur: Clause['occur']) => this.#clauses.filter((one) => one.occur === occur).map(({ node }) => node);
    const must = of('must');
    const should = of('should');
    const parts = must.length > 0 ? must : should.length > 0 ? [group('or', should, range)] : [];
    for (const part of of('mustNot')) parts.push(freezeNode({ kind: 'not', part, range: part.range }));
    return parts.length === 0 ? undefined : group('and', parts, range);
  }
}

function group(kind: 'and' | 'or', parts: readonly KqlNode[], range: TextRange): KqlNode {
  return parts.length === 1 ? (parts[0] as KqlNode) : freezeNode({ kind, parts, range });
}
