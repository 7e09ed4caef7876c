/**
 * A syntax tree enters, text or JSON leaves: the canonical line, the broken-up format of format_query, and the tree of parse_query. The API, the
 * command line and the planner's explanations call.
 */
export { printExpr } from './one-line.ts';
export type { ParseTree } from './parse-tree.ts';
export { toParseTree } from './parse-tree.ts';
export { PRETTY_WIDTH, prettyExpr } from './pretty.ts';
