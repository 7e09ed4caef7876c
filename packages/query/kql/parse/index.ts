/**
 * KQL as Kibana's search bar takes it: text enters, a frozen tree of field conditions leaves; the planner, the API and the web's editor call. Pure and safe in a
 * browser. A query that is wrong throws KqlParseError (code KQL_PARSE) with Kibana's wording and a range to underline.
 */
import type { KqlNode } from './ast.ts';
import { KqlGrammar } from './grammar.ts';

export type {
  FieldName,
  KqlAll,
  KqlExists,
  KqlFuzzy,
  KqlGroup,
  KqlMatch,
  KqlNested,
  KqlNode,
  KqlNot,
  KqlPhrase,
  KqlRange,
  KqlRegexp,
  KqlWildcard,
  Pattern,
  PatternPart,
  RangeBound,
  RangeOp,
  TextRange,
} from './ast.ts';
export { isLoneWildcard, patternText } from './ast.ts';
export type { KqlCompletionContext, KqlCompletionKind } from './completion.ts';
export { kqlCompletionContext } from './completion.ts';
export type { KqlErrorPosition } from './errors.ts';
export { KqlParseError } from './errors.ts';
export { hasLuceneSigns, looksLikeLucene } from './lucene-signs.ts';
export { escapeKql, printKql, quoteKql } from './print.ts';
export type { SearchLanguage, SearchQuery } from './search.ts';
export { parseSearch } from './search.ts';
export type { KqlToken, KqlTokenKind } from './tokens.ts';
export { tokenizeKql } from './tokens.ts';

/** KQL alone, as Kibana's own parser reads it; `parseSearch` also takes Lucene's syntax. Throws KqlParseError. */
export function parseKql(text: string): KqlNode {
  return new KqlGrammar(text).parse();
}
