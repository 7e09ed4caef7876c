/** What a suite of conformance files gives back; `lines` name each case that failed or was skipped, with expected and got. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly lines: readonly string[];
}

/** Adds up results of the same suite. */
export function sumResults(results: readonly SuiteResult[]): SuiteResult {
  return {
    passed: results.reduce((n, r) => n + r.passed, 0),
    failed: results.reduce((n, r) => n + r.failed, 0),
    skipped: results.reduce((n, r) => n + r.skipped, 0),
    lines: results.flatMap((r) => r.lines),
  };
}
