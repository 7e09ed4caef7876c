/**
 * PromQL text enters, a frozen, type-checked syntax tree leaves; the planner, the printer, the API and the web's editor call. Pure and
 * safe in a browser. A query that is wrong throws PromqlParseError (code PROMQL_PARSE) with Prometheus's wording and a range to underline.
 */
export type { ParseIssue } from './errors.ts';
export { lineAndColumn, PromqlParseError, utf8Length } from './errors.ts';
export type { FunctionSignature } from './functions.ts';
export { FUNCTIONS } from './functions.ts';
