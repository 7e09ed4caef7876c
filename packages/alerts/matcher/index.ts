/**
 * Alertmanager's matchers: text enters, matchers leave and compile to functions over labels, and print again. Routes, inhibition rules, silences
 * and the filters of the API call.
 */
export { compileMatcher, compileMatchers, literalValues } from './compile-matcher.ts';
export type { MatcherMode } from './label-name.ts';
export { isValidLabelName } from './label-name.ts';
export type { Parsed } from './parse-matchers.ts';
export { parseMatcher, parseMatchers } from './parse-matchers.ts';
export { compareMatchers, printMatcher, printMatchers } from './print-matcher.ts';
