/**
 * LogQL text enters, a frozen syntax tree leaves; the planner, the pipeline, the printer, the API, rules and the web's editor call. Pure and safe in a
 * browser. A query that is wrong throws LogqlParseError (code LOGQL_PARSE) with Loki's wording and a range to underline. What Loki checks when it builds a
 * pipeline (line filters, templates, paths) is checked there too, not here.
 */
import type { Matcher } from '@petrel/model';
import { utf8Length } from '../../promql/parse/errors.ts';
import type { LogqlExpr, LogSelector, MetricExpr } from './ast.ts';
import { checkExpression } from './checks.ts';
import { LogqlParseError } from './errors.ts';
import { parseExpression } from './expression.ts';
import { TokenStream } from './token-stream.ts';

export type { CompletionContext, CompletionKind } from './completion-context.ts';
export { completionContext } from './completion-context.ts';
export { LogqlParseError } from './errors.ts';
export { patternParserMistake, regexpParserMistake } from './extraction-checks.ts';
export { MAX_EXPRESSION_DEPTH } from './token-stream.ts';
export type { HighlightKind, HighlightToken } from './tokenize.ts';
export { tokenizeLogql } from './tokenize.ts';
export { parseBytes, parseDurationNs, parseGoDuration, parsePrometheusDuration } from './units.ts';

/** Bytes of UTF-8 from which on a query is refused, as Loki does. */
export const MAX_QUERY_BYTES = 131_072;

export interface LogqlParseOptions {
  /** Ask for a matcher that does not match the empty value, and for aggregations that make sense (default). */
  readonly validate?: boolean;
}

/** Throws LogqlParseError. */
export function parseLogql(query: string): LogqlExpr {
  const { tokens, expr } = read(query);
  checkExpression(tokens, expr);
  return expr;
}

/** A query that gives lines; a metric query throws as anything else that is wrong. */
export function parseLogSelector(query: string, { validate = true }: LogqlParseOptions = {}): LogSelector {
  const { tokens, expr } = read(query);
  if (expr.kind !== 'logSelector') throw refused(query, 'only log selector is supported');
  if (validate) checkExpression(tokens, expr);
  return expr;
}

/** The matchers of `{a="b"}`, without stages; for series, label values and volumes. */
export function parseMatchers(query: string, { validate = true }: LogqlParseOptions = {}): readonly Matcher[] {
  const { tokens, expr } = read(query);
  if (validate) checkExpression(tokens, expr);
  if (expr.kind !== 'logSelector' || expr.stages.length > 0) throw refused(query, 'only label matchers are supported');
  return expr.matchers;
}

/** A query that gives samples. */
export function parseMetricQuery(query: string): MetricExpr {
  const expr = parseLogql(query);
  if (expr.kind === 'logSelector') throw refused(query, 'only sample expression supported');
  return expr;
}

export function isMetricExpr(expr: LogqlExpr): expr is MetricExpr {
  return expr.kind !== 'logSelector';
}

function read(query: string): { readonly tokens: TokenStream; readonly expr: LogqlExpr } {
  const sizeBytes = utf8Length(query);
  if (sizeBytes >= MAX_QUERY_BYTES) {
    const range = { from: 0, to: query.length };
    throw new LogqlParseError(`input size too long (${sizeBytes} > ${MAX_QUERY_BYTES})`, { range });
  }
  const tokens = new TokenStream(query);
  const expr = parseExpression(tokens);
  if (!tokens.at('$end')) tokens.fail();
  return { tokens, expr };
}

function refused(query: string, message: string): LogqlParseError {
  return new LogqlParseError(message, { range: { from: 0, to: query.length }, plain: true });
}
