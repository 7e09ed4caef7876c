/**
 * Unit tests of rules: promtool's test files enter as they are, what failed leaves in its words. `petrel test rules` and the conformance
 * runner call.
 */
export type { RuleTestOptions, RuleTestReport } from './run-test-file.ts';
export { runRuleTests } from './run-test-file.ts';
