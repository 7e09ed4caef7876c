/**
 * PromQL text enters, a frozen, type-checked syntax tree leaves; the planner, the printer, the API and the web's editor call. Pure and
 * safe in a browser. A query that is wrong throws PromqlParseError (code PROMQL_PARSE) with Prometheus's wording and a range to underline.
 */
import type { Matcher } from '@petrel/model';
import type { Expr } from './ast.ts';
import { PromqlParseError } from './errors.ts';
import { ExpressionParser, type ParseOptions } from './expression.ts';
import { parseSelector } from './selector.ts';
import { SyntaxAbort, TokenStream } from './token-stream.ts';

export type { ParseIssue } from './errors.ts';
export { lineAndColumn, PromqlParseError, utf8Length } from './errors.ts';
export { documentedType, typeOf } from './expr-type.ts';
export type { ParseOptions } from './expression.ts';
export type { FunctionSignature } from './functions.ts';
export { FUNCTIONS } from './functions.ts';
export { parseSeriesLabels } from './metric.ts';
export { formatDuration, formatNumber, parseDuration, parseNumber } from './numbers.ts';
export { decodeBytes, encodeBytes, quoteGo, unquote } from './strings.ts';

/** No tree is deeper: the stack of those who walk it recursively is safe. Prometheus has no such limit. */
export const MAX_EXPRESSION_DEPTH = 1000;

/** Everything experimental off, as Prometheus starts. */
export const DEFAULT_PARSE_OPTIONS: ParseOptions = Object.freeze({
  experimentalFunctions: false,
  durationExpressions: false,
  extendedRangeSelectors: false,
  fillModifiers: false,
});

/** Throws PromqlParseError. */
export function parseExpr(query: string, options: ParseOptions = DEFAULT_PARSE_OPTIONS): Expr {
  return parseWith(query, (tokens) => {
    if (tokens.at('eof')) {
      tokens.issue({ start: 0, end: 0 }, 'no expression found in input');
      throw new SyntaxAbort();
    }
    return new ExpressionParser(tokens, options).parse();
  });
}

/** The matchers of a series selector (`match[]=…`), without the check for emptiness. Throws PromqlParseError. */
export function parseMetricSelector(text: string): readonly Matcher[] {
  return parseWith(text, (tokens) => {
    const name = tokens.at('{') ? undefined : tokens.take();
    if (name !== undefined && !/^[a-zA-Z_:]/.test(name.type === 'error' ? '' : name.text)) tokens.fail();
    return parseSelector(tokens, name).matchers;
  });
}

function parseWith<T>(text: string, parse: (tokens: TokenStream) => T): T {
  const tokens = new TokenStream(text, MAX_EXPRESSION_DEPTH);
  let result: T | undefined;
  try {
    result = parse(tokens);
    if (!tokens.at('eof')) tokens.fail();
  } catch (error) {
    if (!(error instanceof SyntaxAbort)) throw error;
  }
  const issues = tokens.issues.length > 0 ? tokens.issues : tokens.typeIssues;
  if (issues.length > 0 || result === undefined) throw new PromqlParseError(text, issues);
  return result;
}
