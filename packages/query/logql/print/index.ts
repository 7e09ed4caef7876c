/**
 * A syntax tree of LogQL enters, text leaves: the canonical line, and the broken-up format of Loki's format_query. The API, the command line, the web's
 * editor and the explanations of plans call. Pure and safe in a browser.
 */
export { printLogql } from './one-line.ts';
export { PRETTY_WIDTH, printPretty } from './pretty.ts';
export { labelFilterText, stageText } from './stage-text.ts';
