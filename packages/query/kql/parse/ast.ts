/** Where a node stands in the query, in UTF-16 units; `to` is exclusive. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A piece of a wildcard pattern: text that is meant literally, any run of characters (`*`), or any one character (`?`, Lucene only). */
export type PatternPart = string | { readonly any: 'run' | 'one' };

/** No two texts and no two runs stand side by side. */
export type Pattern = readonly PatternPart[];

/** `machine*:…` has a pattern; then `name` is as it was written. */
export interface FieldName {
  readonly name: string;
  readonly pattern?: Pattern;
}

interface Node {
  readonly range: TextRange;
}

/** A condition on the values of a field; without a field on any value. */
interface Condition extends Node {
  readonly field?: FieldName;
}

/** What KQL and Lucene query strings both come to: conditions on fields, and what joins them. Frozen. */
export type KqlNode =
  | KqlAll
  | KqlGroup
  | KqlNot
  | KqlNested
  | KqlMatch
  | KqlPhrase
  | KqlWildcard
  | KqlExists
  | KqlRange
  | KqlRegexp
  | KqlFuzzy;

/** The empty query, and `*:*`. */
export interface KqlAll extends Node {
  readonly kind: 'all';
}

/** Two parts or more, in their order; groups within parentheses stay groups of their own. */
export interface KqlGroup extends Node {
  readonly kind: 'and' | 'or';
  readonly parts: readonly KqlNode[];
}

export interface KqlNot extends Node {
  readonly kind: 'not';
  readonly part: KqlNode;
}

/** `path:{ … }`: fields inside are below the path, and one object of a list has to satisfy all of it. */
export interface KqlNested extends Node {
  readonly kind: 'nested';
  readonly path: FieldName;
  readonly part: KqlNode;
}

/** `field:some words`: one of the words is enough. `true`, `false` and `null` without quotes are no texts; numbers are. */
export interface KqlMatch extends Condition {
  readonly kind: 'match';
  readonly value: string | boolean | null;
}

/** `field:"some words"`: in this order, with so many other words or changes of place between them as `slop` says. */
export interface KqlPhrase extends Condition {
  readonly kind: 'phrase';
  readonly text: string;
  readonly slop: number;
}

export interface KqlWildcard extends Condition {
  readonly kind: 'wildcard';
  readonly pattern: Pattern;
}

/** `field:*`, `_exists_:field`. */
export interface KqlExists extends Node {
  readonly kind: 'exists';
  readonly field: FieldName;
}

/** At least one bound; as they were written: numbers, dates with arithmetic, texts. */
export interface KqlRange extends Condition {
  readonly kind: 'range';
  readonly bounds: readonly RangeBound[];
}

export type RangeOp = 'gt' | 'gte' | 'lt' | 'lte';

export interface RangeBound {
  readonly op: RangeOp;
  readonly value: string;
}

/** `/…/` (Lucene): RE2, has to match a value or a word of it entirely. */
export interface KqlRegexp extends Condition {
  readonly kind: 'regexp';
  readonly pattern: string;
}

/** `word~` (Lucene): so many changed letters at most; `auto` as Elasticsearch has it: none up to 2 letters, 1 up to 5, 2 beyond. */
export interface KqlFuzzy extends Condition {
  readonly kind: 'fuzzy';
  readonly text: string;
  readonly edits: number | 'auto';
}

/** The same with everything below it frozen. */
export function freezeNode(node: KqlNode): KqlNode {
  for (const value of Object.values(node)) freezeDeep(value);
  return Object.freeze(node);
}

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  for (const inner of Object.values(value)) freezeDeep(inner);
  Object.freeze(value);
}

/** `*` alone. */
export function isLoneWildcard(pattern: Pattern | undefined): boolean {
  const part = pattern?.[0];
  return pattern?.length === 1 && typeof part === 'object' && part.any === 'run';
}

/** With neighbouring texts and neighbouring runs joined. */
export function joinPattern(parts: Iterable<PatternPart>): Pattern {
  const out: PatternPart[] = [];
  for (const part of parts) {
    const last = out[out.length - 1];
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else if (typeof part === 'object' && part.any === 'run' && typeof last === 'object' && last.any === 'run') continue;
    else if (part !== '') out.push(part);
  }
  return out;
}

/** As it would be typed, without escapes. */
export function patternText(pattern: Pattern): string {
  return pattern.map((part) => (typeof part === 'string' ? part : part.any === 'run' ? '*' : '?')).join('');
}
